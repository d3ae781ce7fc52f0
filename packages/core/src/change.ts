import type { EncodedData } from './session-data.ts'
import type { SessionRecord, SessionUpdate, StoredData } from './store.ts'

/** One data key that a request changed. `undefined` stands for absent. */
export interface KeyChange {
  /** JSON the request wants stored. */
  readonly mine: string | undefined
  /** Stored value the request started from. */
  readonly expected: string | undefined
}

/** Data key → its change. */
export type Change = ReadonlyMap<string, KeyChange>

/** Puts the mark of a write before a JSON text. */
export function versioned(writeId: string, json: string): string {
  return `${writeId}|${json}`
}

/** The JSON text of a stored value; `undefined` for the mark of a removal, and for nothing. */
export function jsonIn(stored: string | undefined): string | undefined {
  return stored?.slice(stored.indexOf('|') + 1) || undefined
}

/**
 * What is stored for a data key. A removal leaves a mark instead of nothing: a delayed duplicate of an earlier write
 * that expected the key to be absent must not find it absent again.
 */
export function marked(writeId: string, json: string | undefined): string {
  return versioned(writeId, json ?? '')
}

/** The JSON texts of stored data. */
export function jsonsIn(stored: StoredData): EncodedData {
  const jsons = new Map<string, string>()
  for (const [key, value] of stored) {
    const json = jsonIn(value)
    if (json !== undefined) jsons.set(key, json)
  }
  return jsons
}

/** What a request changed, compared with what it loaded. */
export function changeOf(loaded: StoredData, wanted: EncodedData): Change {
  const change = new Map<string, KeyChange>()
  for (const [key, mine] of wanted) {
    const expected = loaded.get(key)
    if (jsonIn(expected) !== mine) change.set(key, { mine, expected })
  }
  for (const [key, expected] of loaded) {
    const isThere = jsonIn(expected) !== undefined
    if (isThere && !wanted.has(key)) change.set(key, { mine: undefined, expected })
  }
  return change
}

/** Stored data as a request sees it after its own change was written. */
export function applied(loaded: StoredData, change: Change, writeId: string): StoredData {
  const data = new Map(loaded)
  for (const [key, { mine }] of change) data.set(key, marked(writeId, mine))
  return data
}

/** The record after an update. */
export function updated(loaded: SessionRecord, update: SessionUpdate): SessionRecord {
  const data = new Map([...loaded.data, ...update.set])
  const { writeId, idleDeadline, meta = loaded.meta } = update
  return { ...loaded, data, meta, writeId, idleDeadline }
}
