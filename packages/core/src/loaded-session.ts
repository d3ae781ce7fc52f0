import { jsonIn } from './change.ts'
import type { SessionEvent } from './events.ts'
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

function readable(record: SessionRecord, reserved: ReservedKeys) {
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
  return { data, kept, dropped }
}

function metaIn(record: SessionRecord | undefined): Record<string, unknown> | undefined {
  return record?.meta === undefined ? undefined : (parseValue(record.meta) as Record<string, unknown>)
}

type Dropped = Extract<SessionEvent, { type: 'droppedKeys' }>

/** Makes the loaded session of a record, or of none. Reserved data keys are left out, and reported. */
export function createLoaded(
  record: SessionRecord | undefined,
  reserved: ReservedKeys,
  report: (event: Dropped) => void,
): LoadedSession {
  const { data, kept, dropped } = record
    ? readable(record, reserved)
    : { data: {}, kept: new Map(), dropped: [] }
  if (dropped.length > 0) report({ type: 'droppedKeys', ref: '', dataKeys: dropped })
  const state = createState(record && { ...record, data: kept })
  const loaded: LoadedSession = {
    data,
    meta: metaIn(record),
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
