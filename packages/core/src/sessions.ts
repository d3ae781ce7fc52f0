import { changeOf, jsonsIn } from './change.ts'
import { tableAdministration } from './dynamodb/table.ts'
import { environmentOf } from './environment.ts'
import { SessionError, invalidOption } from './errors.ts'
import type { SessionEvent } from './events.ts'
import { idleTimeoutOf } from './expiry.ts'
import { type LoadedSession, type State, beginLoaded, readLoaded, stateOf } from './loaded-session.ts'
import type { SessionsOptions } from './options.ts'
import { createRetire } from './regeneration.ts'
import { type ReservedKeys, encodeData } from './session-data.ts'
import { isSessionId, refOf } from './session-id.ts'
import type { StoreCall } from './store.ts'
import { type Commit, type Committed, createWriter } from './writer.ts'

/** Sessions in DynamoDB. Methods reject with a `SessionError` when the store fails, never for a missing session. */
export interface Sessions {
  /**
   * Loads the live session, or answers `undefined` when it is missing, destroyed, expired or unreadable.
   * Cost: one read, strongly consistent by default; none for a text that cannot be a session id.
   */
  load(id: string, options?: { reserved?: ReservedKeys }): Promise<LoadedSession | undefined>
  /** Begins a session that is not stored yet; its first commit creates it. `after`: it ends no later than that one. */
  begin(options?: { after?: LoadedSession | undefined }): LoadedSession
  /** Whether a commit of this data would write data. No I/O. */
  isChanged(loaded: LoadedSession | undefined, data: object, reserved?: ReservedKeys): boolean
  /**
   * Writes what the request changed, and no more.
   * Cost: nothing; or one touch; or one write, and one more for each conflict on the same data key.
   */
  commit(id: string, commit: Commit): Promise<Committed>
  /** Moves the idle deadline, if that is due; never creates. Cost: at most one write; one read without `loaded`. */
  touch(id: string, options?: { loaded?: LoadedSession; idleTimeout?: number }): Promise<Committed>
  /**
   * Gives the session a new id: creates the new one, then ends the old one. Changes that another request commits
   * meanwhile move along. The absolute deadline stays. Cost: two writes.
   */
  regenerate(
    id: string,
    newId: string,
    commit: Commit & { loaded: LoadedSession },
  ): Promise<'regenerated' | 'gone'>
  /** Ends the session. Resolves when DynamoDB has acknowledged. Cost: one write; none if it was never stored. */
  destroy(id: string, options?: { loaded?: LoadedSession | undefined }): Promise<void>
  /** Creates the table if it is missing, waits until it is active and turns TTL on. Safe to run twice at once. */
  createTable(): Promise<'created' | 'existed'>
  /** Checks the table. @throws {SessionError} TABLE_UNFIT with everything that is wrong and what to do */
  verifyTable(): Promise<void>
  /** Closes the connections it opened. Everything rejects with `CLOSED` afterwards. */
  close(): void
}

const NO_KEYS: ReservedKeys = new Set()

/** Creates the sessions of one table. Options are checked here; DynamoDB is not called. */
export function createSessions(options: SessionsOptions = {}): Sessions {
  const environment = environmentOf(options)
  const { store, keysOf, emit, clock, totalMs, target, transport } = environment
  const writer = createWriter(environment)
  const retire = createRetire(environment)
  let closed = false

  function open(): StoreCall {
    if (closed) throw new SessionError('CLOSED', 'the sessions were closed')
    return { now: clock(), signal: AbortSignal.timeout(totalMs) }
  }

  async function reporting<Result>(
    operation: string,
    key: string,
    run: () => Promise<Result>,
  ): Promise<Result> {
    try {
      return await run()
    } catch (cause) {
      if (cause instanceof SessionError && cause.status === 503)
        emit({ type: 'unavailable', ref: refOf(key), operation, cause })
      throw cause
    }
  }

  function keyFor(id: string): string {
    if (isSessionId(id)) return keysOf(id)[0]
    throw new SessionError(
      'INVALID_ID',
      'a session id must have 22 to 128 characters of A-Z a-z 0-9 _ -; 128 random bits at least',
    )
  }

  async function end(keys: readonly string[], state: State | undefined, call: StoreCall): Promise<void> {
    for (const key of keys) {
      const result = await store.destroy(key, call)
      if (result === 'done') emit({ type: 'destroyed', ref: refOf(key) })
    }
    if (state) state.ended = true
  }

  return {
    async load(id, { reserved = NO_KEYS } = {}) {
      if (!isSessionId(id)) {
        emit({ type: 'malformed', ref: refOf(String(id)) })
        return undefined
      }
      const call = open()
      for (const key of keysOf(id)) {
        const found = await reporting('load', key, () => store.load(key, call))
        if (found.state === 'missing') continue
        const ref = refOf(key)
        const onDropped = (dataKeys: readonly string[]): void => emit({ type: 'droppedKeys', ref, dataKeys })
        const loaded = found.state === 'live' ? readLoaded(found.record, reserved, onDropped) : undefined
        if (!loaded) emit({ type: EVENT_OF[found.state], ref })
        return loaded
      }
      emit({ type: 'unknown', ref: refOf(keysOf(id)[0]) })
      return undefined
    },

    begin({ after } = {}) {
      const old = after && stateOf(after)
      return beginLoaded(old?.record?.absoluteDeadline ?? old?.endsBy)
    },

    isChanged(loaded, data, reserved = NO_KEYS) {
      const stored = loaded && stateOf(loaded).record?.data
      const known = jsonsIn(stored ?? new Map())
      return changeOf(stored ?? new Map(), encodeData(data, reserved, known)).size > 0
    },

    async commit(id, commit) {
      const loaded = commit.loaded ?? beginLoaded()
      const state = stateOf(loaded)
      const key = state.record?.key ?? keyFor(id)
      if (commit.idleTimeout !== undefined && commit.idleTimeout <= 0) {
        await this.destroy(id, { loaded: commit.loaded })
        return 'destroyed'
      }
      const intent = writer.intentOf(commit, state)
      return state.inTurn(() =>
        reporting('commit', key, async () => {
          if (state.ended) return 'gone'
          const call = open()
          return state.record
            ? writer.update(state.record, state, intent, call)
            : writer.create(key, state, intent, call)
        }),
      )
    },

    async touch(id, { loaded, idleTimeout } = {}) {
      const session = loaded ?? (await this.load(id))
      if (!session) return 'gone'
      const state = stateOf(session)
      const timeout = idleTimeoutOf(idleTimeout, environment)
      return state.inTurn(async () => {
        const { record } = state
        if (state.ended) return 'gone'
        return record
          ? reporting('touch', record.key, () => writer.touch(record, state, timeout, open()))
          : 'unchanged'
      })
    },

    async regenerate(id, newId, commit) {
      const state = stateOf(commit.loaded)
      const key = keyFor(newId)
      const intent = writer.intentOf(commit, state)
      const ref = refOf(state.record?.key ?? keyFor(id))
      return state.inTurn(() =>
        reporting('regenerate', key, async () => {
          if (state.ended) return 'gone'
          const call = open()
          const old = state.record
          const next = writer.newRecord(
            key,
            { ...state, endsBy: old?.absoluteDeadline ?? state.endsBy },
            intent,
            call.now,
          )
          writer.assertSize(next, undefined)
          const created = await store.create(next, call)
          if (created.outcome !== 'done')
            throw new SessionError('CONFLICT', 'the new session id is already in use')
          if (old && (await retire(old, next, call)) === 'gone') {
            // A logout was faster: nothing of the session may live on under the new id.
            await store.destroy(key, call)
            return writer.gone(state, old.key, 'regenerate')
          }
          state.record = { ...next, writeId: '' }
          emit({ type: 'regenerated', ref })
          return 'regenerated'
        }),
      )
    },

    async destroy(id, { loaded } = {}) {
      const state = loaded && stateOf(loaded)
      const run = async (): Promise<void> => {
        const key = state?.record?.key
        if (state && !key) {
          state.ended = true // never stored
          return
        }
        if (!key && !isSessionId(id)) return
        await reporting('destroy', key ?? id, () => end(key ? [key] : keysOf(id), state, open()))
      }
      return state ? state.inTurn(run) : run()
    },

    createTable: async () => administration().createTable(),
    verifyTable: async () => administration().verifyTable(),

    close() {
      closed = true
      if (!options.transport && !options.client) transport?.close?.()
    },
  }

  function administration() {
    if (!transport) throw invalidOption('store: a store of your own has no table to create or verify')
    return tableAdministration(transport, target)
  }
}

const EVENT_OF = {
  destroyed: 'usedAfterDestroy',
  expired: 'expired',
  corrupt: 'corrupt',
  missing: 'unknown',
  live: 'corrupt', // stored and in time, but its JSON is broken
} as const satisfies Record<string, SessionEvent['type']>

/** The sessions given, or new ones made from the same options. For adapters. */
export function sessionsFrom(options: SessionsOptions & { sessions?: Sessions | undefined }): Sessions {
  return options.sessions ?? createSessions(options)
}
