import { jsonIn } from './change.ts'
import { type ReservedKeys, type SessionData, isReserved, parseValue } from './session-data.ts'
import type { SessionRecord } from './store.ts'

/** A session as one request sees it: what a commit compares with. */
export interface LoadedSession {
  /** The data; a copy of its own, to be changed freely. */
  readonly data: Partial<SessionData> & Record<string, unknown>
  /** The framework's bookkeeping, if any. */
  readonly meta: Record<string, unknown> | undefined
  /** Whether it has not been stored yet. */
  readonly isNew: boolean
  /** Epoch seconds; `undefined` while it is new. */
  readonly idleDeadline: number | undefined
  /** Epoch seconds; `undefined` while it is new. */
  readonly absoluteDeadline: number | undefined
}

/** What core remembers about a loaded session. */
export interface State {
  record: SessionRecord | undefined
  /** A session that replaces another ends no later than it would have. Epoch seconds. */
  endsBy: number | undefined
  /** Destroyed by this request, or found gone: nothing is written any more. */
  ended: boolean
  /** Runs one operation after the other: frameworks overlap a save with the automatic one. */
  inTurn<Result>(run: () => Promise<Result>): Promise<Result>
}

const states = new WeakMap<LoadedSession, State>()

/** The state behind a loaded session. */
export function stateOf(loaded: LoadedSession): State {
  const state = states.get(loaded)
  if (!state) throw new TypeError('loaded must be what load() or begin() of these sessions returned')
  return state
}

function createState(record: SessionRecord | undefined): State {
  let last: Promise<unknown> = Promise.resolve()
  return {
    record,
    endsBy: undefined,
    ended: false,
    inTurn(run) {
      const turn = last.then(run)
      // Its own caller sees the failure; the next operation is not concerned.
      last = turn.catch(() => undefined)
      return turn
    },
  }
}

interface Readable {
  readonly data: Record<string, unknown>
  readonly meta: Record<string, unknown> | undefined
  readonly kept: Map<string, string>
  readonly dropped: readonly string[]
}

function metaIn({ meta }: SessionRecord): Record<string, unknown> | undefined {
  const value = meta === undefined ? undefined : parseValue(meta)
  if (value === undefined || (typeof value === 'object' && value !== null && !Array.isArray(value))) {
    return value as Record<string, unknown> | undefined
  }
  throw new SyntaxError('meta is not a JSON object')
}

function readable(record: SessionRecord, reserved: ReservedKeys): Readable {
  const data: Record<string, unknown> = {}
  const kept = new Map<string, string>()
  const dropped: string[] = []
  for (const [key, stored] of record.data) {
    if (isReserved(key, reserved)) {
      dropped.push(key)
      continue
    }
    kept.set(key, stored)
    const json = jsonIn(stored)
    if (json !== undefined) data[key] = parseValue(json)
  }
  return { data, meta: metaIn(record), kept, dropped }
}

function loadedWith(
  data: Record<string, unknown>,
  meta: Record<string, unknown> | undefined,
  state: State,
): LoadedSession {
  const loaded: LoadedSession = {
    data,
    meta,
    get isNew() {
      return state.record === undefined
    },
    get idleDeadline() {
      return state.record?.idleDeadline
    },
    get absoluteDeadline() {
      return state.record?.absoluteDeadline
    },
  }
  states.set(loaded, state)
  return loaded
}

/** Begins a session that is not stored yet. `endsBy`: it ends no later than that, in epoch seconds. */
export function beginLoaded(endsBy?: number): LoadedSession {
  return loadedWith({}, undefined, { ...createState(undefined), endsBy })
}

/**
 * Makes the loaded session of a record; `undefined` when its JSON is broken. Reserved data keys are left out and
 * named to `onDropped`.
 */
export function readLoaded(
  record: SessionRecord,
  reserved: ReservedKeys,
  onDropped: (dataKeys: readonly string[]) => void,
): LoadedSession | undefined {
  try {
    const { data, meta, kept, dropped } = readable(record, reserved)
    if (dropped.length > 0) onDropped(dropped)
    return loadedWith(data, meta, createState({ ...record, data: kept }))
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
