import { type Change, applied, changeOf, jsonsIn, marked, versioned } from './change.ts'
import { type Rebased, rebase } from './conflict.ts'
import { sizeBytesOf, toItem } from './dynamodb/item.ts'
import type { Environment } from './environment.ts'
import { SessionError } from './errors.ts'
import { idleDeadlineOf, idleTimeoutOf, isTouchDue, touchAfterOf } from './expiry.ts'
import type { LoadedSession, State } from './loaded-session.ts'
import { type EncodedData, type ReservedKeys, encodeData } from './session-data.ts'
import { newWriteId, refOf } from './session-id.ts'
import type { SessionRecord, SessionUpdate, StoreCall } from './store.ts'

/** The framework's bookkeeping: JSON, replaced whole. */
export type SessionMeta = Readonly<Record<string, unknown>>

/** What a commit is given. */
export interface Commit {
  /** What this request loaded or began. Without it the commit creates the session, or replaces a live one's data. */
  loaded?: LoadedSession | undefined
  /** The whole data of the session as it should be. */
  data: object
  /** The framework's bookkeeping; left out, it stays as it is. */
  meta?: SessionMeta | undefined
  /** This session's own idle timeout in seconds, within the limits of the options; 0 or less ends the session. */
  idleTimeout?: number | undefined
  /** Names that the framework needs for itself. */
  reserved?: ReservedKeys | undefined
}

/** What a commit did. `gone`: the session ended meanwhile and nothing was written; that is not an error. */
export type Committed = 'created' | 'updated' | 'touched' | 'unchanged' | 'destroyed' | 'gone'

/** What a commit wants, taken at the time of the call: the live object may change before its turn comes. */
export interface Intent {
  readonly data: EncodedData
  readonly meta: string | undefined
  readonly idleTimeout: number
}

type Operation = 'create' | 'update' | 'touch' | 'regenerate'

/** What an update carries beside data keys. */
type Rest = Pick<SessionUpdate, 'meta' | 'idleDeadline'>

/** A change as it was written in the end. */
type Fitted = Rebased & { readonly writeId: string; readonly recovered: boolean }

/** The writes of one session, decided by what is stored. */
export interface Writer {
  intentOf(commit: Commit, state: State): Intent
  newRecord(key: string, state: State, intent: Intent, now: number): SessionRecord
  /** @throws {SessionError} TOO_LARGE unless the session shrinks */
  assertSize(record: SessionRecord, before: SessionRecord | undefined): number
  create(key: string, state: State, intent: Intent, call: StoreCall): Promise<Committed>
  update(base: SessionRecord, state: State, intent: Intent, call: StoreCall): Promise<Committed>
  touch(record: SessionRecord, state: State, idleTimeout: number, call: StoreCall): Promise<Committed>
  /** Notes that the session ended meanwhile. */
  gone(state: State, key: string, operation: Operation): 'gone'
}

/** Rounds of reading and fitting before a contested write gives up. */
export const CONFLICT_ROUNDS = 5
const LARGE_BYTES = 4096 // one read unit
const NO_KEYS: ReservedKeys = new Set()

/** What a change writes, marked with its write id. */
export function writesOf(change: Change, writeId: string): Pick<SessionUpdate, 'set' | 'expected'> {
  return {
    set: new Map([...change].map(([key, { mine }]) => [key, marked(writeId, mine)])),
    expected: new Map([...change].map(([key, { expected }]) => [key, expected])),
  }
}

/** Waits a random moment, longer with each round, so that contestants do not meet again. */
export function jitter(round: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * 5 * 2 ** round))
}

/** Creates the writer of an environment. */
export function createWriter(environment: Environment): Writer {
  const { store, emit, target } = environment

  function assertSize(record: SessionRecord, before: SessionRecord | undefined): number {
    const sizeBytes = sizeBytesOf(toItem(record, target.names))
    const grown = !before || sizeBytes > sizeBytesOf(toItem(before, target.names))
    if (grown && sizeBytes > environment.maxSessionBytes) {
      const cause = new Error(`${sizeBytes} bytes, but maxSessionBytes is ${environment.maxSessionBytes}`)
      throw new SessionError(
        'TOO_LARGE',
        'the session is too large: keep less in it, or raise maxSessionBytes',
        { cause },
      )
    }
    if (sizeBytes > LARGE_BYTES) emit({ type: 'large', ref: refOf(record.key), sizeBytes })
    return sizeBytes
  }

  function intentOf(commit: Commit, state: State): Intent {
    const known = jsonsIn(state.record?.data ?? new Map())
    return {
      data: encodeData(commit.data, commit.reserved ?? NO_KEYS, known),
      meta: commit.meta && JSON.stringify(commit.meta),
      idleTimeout: idleTimeoutOf(commit.idleTimeout, environment),
    }
  }

  function gone(state: State, key: string, operation: Operation): 'gone' {
    state.ended = true
    emit({ type: 'gone', ref: refOf(key), operation })
    return 'gone'
  }

  function newRecord(key: string, state: State, intent: Intent, now: number): SessionRecord {
    const absoluteDeadline = Math.min(now + environment.absoluteTimeout, state.endsBy ?? Infinity)
    const writeId = newWriteId()
    const data = new Map([...intent.data].map(([name, json]) => [name, versioned(writeId, json)]))
    const idleDeadline = idleDeadlineOf(now, intent.idleTimeout, absoluteDeadline)
    return { key, data, meta: intent.meta, createdAt: now, idleDeadline, absoluteDeadline, writeId }
  }

  async function create(key: string, state: State, intent: Intent, call: StoreCall): Promise<Committed> {
    const record = newRecord(key, state, intent, call.now)
    const sizeBytes = assertSize(record, undefined)
    const result = await store.create(record, call)
    switch (result.outcome) {
      case 'done':
        state.record = record
        if (result.recovered) emit({ type: 'recovered', ref: refOf(key), operation: 'create' })
        emit({ type: 'created', ref: refOf(key), sizeBytes })
        return 'created'
      case 'gone':
        return gone(state, key, 'create')
      case 'conflict':
        // The frameworks' `set` is an upsert: the id is in use, so its data is replaced, while it lives.
        return update(result.found, state, intent, call)
    }
  }

  /** Sends one change, fitted anew to what is stored after each conflict. */
  async function fit(
    base: SessionRecord,
    wish: Change,
    rest: Rest,
    call: StoreCall,
  ): Promise<Fitted | 'gone'> {
    let [stored, fitted]: [SessionRecord, Rebased] = [base, { change: wish, overwritten: [], merged: [] }]
    for (let round = 1; round <= CONFLICT_ROUNDS; round++) {
      const writeId = newWriteId()
      const done = { ...fitted, writeId, recovered: false }
      if (fitted.change.size === 0 && rest.meta === undefined) return done // others have written just that
      const result = await store.update(
        stored,
        { ...rest, writeId, ...writesOf(fitted.change, writeId) },
        call,
      )
      if (result.outcome === 'gone') return 'gone'
      if (result.outcome === 'done') return { ...done, recovered: result.recovered }
      stored = result.found
      fitted = rebase(wish, stored.data, environment.onConflict)
      await jitter(round)
    }
    throw new SessionError('CONFLICT', 'too many requests changed the same session data at once')
  }

  async function update(
    base: SessionRecord,
    state: State,
    intent: Intent,
    call: StoreCall,
  ): Promise<Committed> {
    const wish = changeOf(base.data, intent.data)
    const meta = intent.meta === base.meta ? undefined : intent.meta
    if (wish.size === 0 && meta === undefined) return touch(base, state, intent.idleTimeout, call)
    const wanted = idleDeadlineOf(call.now, intent.idleTimeout, base.absoluteDeadline)
    // A clock that jumped back must not shorten a session; a new lifetime of its own may.
    const idleDeadline = meta === undefined ? Math.max(wanted, base.idleDeadline) : wanted
    const after = { ...base, meta: intent.meta ?? base.meta, idleDeadline }
    const sizeBytes = assertSize({ ...after, data: applied(base.data, wish, base.writeId) }, base)
    const fitted = await fit(base, wish, { meta, idleDeadline }, call)
    if (fitted === 'gone') return gone(state, base.key, 'update')
    // What others wrote meanwhile is not in this request's view, so its mark of the whole record is unknown.
    state.record = { ...after, data: applied(base.data, wish, fitted.writeId), writeId: '' }
    report(refOf(base.key), fitted, sizeBytes)
    return 'updated'
  }

  function report(ref: string, { overwritten, merged, recovered }: Fitted, sizeBytes: number): void {
    if (overwritten.length > 0)
      emit({ type: 'conflict', ref, dataKeys: overwritten, resolution: 'later-wins' })
    if (merged.length > 0) emit({ type: 'conflict', ref, dataKeys: merged, resolution: 'merged' })
    if (recovered) emit({ type: 'recovered', ref, operation: 'update' })
    emit({ type: 'updated', ref, sizeBytes })
  }

  async function touch(
    record: SessionRecord,
    state: State,
    idleTimeout: number,
    call: StoreCall,
  ): Promise<Committed> {
    const idleDeadline = idleDeadlineOf(call.now, idleTimeout, record.absoluteDeadline)
    state.record ??= record
    const due = isTouchDue(
      record.idleDeadline,
      idleDeadline,
      touchAfterOf(idleTimeout, environment.touchAfter),
    )
    if (!due) return 'unchanged'
    if ((await store.touch(record.key, idleDeadline, call)) === 'gone')
      return gone(state, record.key, 'touch')
    state.record = { ...record, idleDeadline }
    emit({ type: 'touched', ref: refOf(record.key) })
    return 'touched'
  }

  return { intentOf, newRecord, assertSize, create, update, touch, gone }
}
