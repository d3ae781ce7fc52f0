/**
 * Data key → `<writeId>|<json>`, or `<writeId>|` where a value was removed. Every stored value is unique, so comparing
 * values compares versions.
 */
export type StoredData = ReadonlyMap<string, string>

/** A session as it is stored. Instants are whole epoch seconds. */
export interface SessionRecord {
  /** Hash of the session id; the id itself is never stored. */
  readonly key: string
  readonly data: StoredData
  /** JSON of the framework's bookkeeping: replaced whole, never compared. */
  readonly meta: string | undefined
  readonly createdAt: number
  readonly idleDeadline: number
  readonly absoluteDeadline: number
  /** Marks the write that left the record as it is. */
  readonly writeId: string
}

/** The data keys that a request changed, and nothing else. */
export interface SessionUpdate {
  readonly writeId: string
  readonly set: StoredData
  /** Changed data key → the stored value it must still have; `undefined`: it must still be absent. */
  readonly expected: ReadonlyMap<string, string | undefined>
  /** The new bookkeeping; `undefined` leaves it alone. */
  readonly meta: string | undefined
  readonly idleDeadline: number
}

/** What stands under a key. */
export type Found =
  | { state: 'live'; record: SessionRecord }
  | { state: 'missing' | 'destroyed' | 'expired' | 'corrupt' }

/**
 * How a conditional write ended. `recovered`: an earlier attempt had been applied and only its answer was lost.
 * `gone`: the session ended meanwhile. `conflict`: something else is stored than was expected.
 */
export type Outcome =
  | { outcome: 'done'; recovered: boolean }
  | { outcome: 'gone' }
  | { outcome: 'conflict'; found: SessionRecord }

/** What every call is given: the time in epoch seconds, and the signal that ends its patience. */
export interface StoreCall {
  readonly now: number
  readonly signal: AbortSignal
}

/**
 * Where sessions live.
 *
 * A missing session is an answer, not an error: `load` says what stands under the key, writes answer `gone`.
 * Stores throw only when the backend fails, always a `SessionError`. A session is live while it is stored, not
 * destroyed, and neither deadline has passed; no write ever brings back one that is not.
 */
export interface SessionStore {
  /** Says what stands under the key. */
  load(key: string, call: StoreCall): Promise<Found>
  /** Writes a session under a key that is not in use (`conflict` if it is) and was not destroyed (`gone`). */
  create(record: SessionRecord, call: StoreCall): Promise<Outcome>
  /** Writes the changed data keys of a live session and no others, if each still has its expected value. */
  update(loaded: SessionRecord, update: SessionUpdate, call: StoreCall): Promise<Outcome>
  /** Moves the idle deadline of a live session forward, never back, and leaves its data alone. */
  touch(key: string, idleDeadline: number, call: StoreCall): Promise<'done' | 'gone'>
  /** Ends the session and remembers that it ended. Destroying a missing session is a no-op: `missing`. */
  destroy(key: string, call: StoreCall): Promise<'done' | 'missing'>
  /** Ends a live session if it is still as loaded; `conflict` if another write came first. */
  retire(loaded: SessionRecord, call: StoreCall): Promise<Outcome>
}
