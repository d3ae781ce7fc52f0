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

/** The JSON text of a stored value. */
export function jsonIn(stored: string): string {
  return stored.slice(stored.indexOf('|') + 1)
}

/** The JSON texts of stored data. */
export function jsonsIn(stored: StoredData): EncodedData {
  return new Map([...stored].map(([key, value]) => [key, jsonIn(value)]))
}

/** What a request changed, compared with what it loaded. */
export function changeOf(loaded: StoredData, wanted: EncodedData): Change {
  const change = new Map<string, KeyChange>()
  for (const [key, mine] of wanted) {
    const expected = loaded.get(key)
    if (expected === undefined || jsonIn(expected) !== mine) change.set(key, { mine, expected })
  }
  for (const [key, expected] of loaded) {
    if (!wanted.has(key)) change.set(key, { mine: undefined, expected })
  }
  return change
}

/** Stored data as a request sees it after its own change was written. */
export function applied(loaded: StoredData, change: Change, writeId: string): StoredData {
  const data = new Map(loaded)
  for (const [key, { mine }] of change) {
    if (mine === undefined) data.delete(key)
    else data.set(key, versioned(writeId, mine))
  }
  return data
}

/** The record after an update. */
export function updated(loaded: SessionRecord, update: SessionUpdate): SessionRecord {
  const data = new Map([...loaded.data, ...update.set])
  for (const key of update.remove) data.delete(key)
  const { writeId, idleDeadline, meta = loaded.meta } = update
  return { ...loaded, data, meta, writeId, idleDeadline }
}
