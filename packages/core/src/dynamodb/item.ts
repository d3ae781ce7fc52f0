import { isExpired } from '../expiry.ts'
import type { Found, SessionRecord } from '../store.ts'

/** A DynamoDB attribute value, as far as sessions use them. */
export interface AttributeValue {
  readonly S?: string
  readonly N?: string
}

/** A DynamoDB item in DynamoDB's own JSON shape. */
export type Item = Readonly<Record<string, AttributeValue>>

/** Names of the attributes that an existing table may call differently. */
export interface AttributeNames {
  readonly id: string
  readonly expires: string
}

/** The item format that this release writes. */
export const FORMAT = 1
/** Prefix of the attributes that hold data keys. */
export const DATA_PREFIX = 'd.'
// DynamoDB's own deletion comes an hour later than our deadlines, so that it never races a touch; and an hour
// outlives every signed request, so that none can arrive after the tombstone is gone.
const GRACE = 3600

/** What a read found, and whether a newer release wrote it. */
export type FoundItem = Found | { state: 'tooNew' }

/**
 * Record to item. Times are epoch seconds.
 *
 *     id       S  `s#` and a hash of the session id: a stolen table holds no usable cookies
 *     expires  N  TTL attribute: idle deadline + 1 h, so that TTL never races a touch
 *     idle     N  idle deadline        rev   S  id of the last write
 *     end      N  absolute deadline    v     N  format version
 *     born     N  creation             meta  S  JSON, the framework's part
 *     gone     N  1 on a tombstone     next  S  key of the successor, during a rotation
 *     d.<key>  S  one per data key: `<writeId>|<json>`, so that comparing values compares versions
 */
export function toItem(record: SessionRecord, names: AttributeNames): Item {
  const item: Record<string, AttributeValue> = {
    [names.id]: { S: record.key },
    [names.expires]: numberValue(expiresOf(record.idleDeadline)),
    idle: numberValue(record.idleDeadline),
    end: numberValue(record.absoluteDeadline),
    born: numberValue(record.createdAt),
    rev: { S: record.writeId },
    v: numberValue(FORMAT),
  }
  if (record.meta !== undefined) item['meta'] = { S: record.meta }
  for (const [key, value] of record.data) item[DATA_PREFIX + key] = { S: value }
  return item
}

/** What stays of a destroyed session for an hour: no data, and no way back. */
export function tombstoneOf(key: string, writeId: string, names: AttributeNames, now: number): Item {
  return {
    [names.id]: { S: key },
    [names.expires]: numberValue(expiresOf(now)),
    gone: numberValue(1),
    rev: { S: writeId },
    v: numberValue(FORMAT),
  }
}

/** The TTL attribute for a deadline. */
export function expiresOf(deadline: number): number {
  return deadline + GRACE
}

/** A number as DynamoDB writes it. */
export function numberValue(value: number): AttributeValue {
  return { N: String(value) }
}

function integerIn(value: AttributeValue | undefined): number | undefined {
  const number = Number(value?.N)
  return value?.N !== undefined && Number.isSafeInteger(number) ? number : undefined
}

function dataIn(item: Item): Map<string, string> | undefined {
  const data = new Map<string, string>()
  for (const [name, { S }] of Object.entries(item)) {
    if (!name.startsWith(DATA_PREFIX)) continue
    if (S === undefined || !S.includes('|')) return undefined
    data.set(name.slice(DATA_PREFIX.length), S)
  }
  return data
}

function recordIn(item: Item, names: AttributeNames): SessionRecord | undefined {
  const key = item[names.id]?.S
  const idleDeadline = integerIn(item['idle'])
  const absoluteDeadline = integerIn(item['end'])
  const createdAt = integerIn(item['born'])
  const writeId = item['rev']?.S
  const data = dataIn(item)
  if (key === undefined || idleDeadline === undefined || absoluteDeadline === undefined) return undefined
  if (createdAt === undefined || writeId === undefined || !data) return undefined
  return { key, data, meta: item['meta']?.S, createdAt, idleDeadline, absoluteDeadline, writeId }
}

/** Item to record. A table is untrusted input: what cannot be understood is `corrupt`, never half a session. */
export function fromItem(item: Item | undefined, names: AttributeNames, now: number): FoundItem {
  if (!item) return { state: 'missing' }
  const format = integerIn(item['v'])
  if (format !== undefined && format > FORMAT) return { state: 'tooNew' }
  if (item['gone']) return { state: 'destroyed' }
  const record = format === FORMAT ? recordIn(item, names) : undefined
  if (!record) return { state: 'corrupt' }
  return isExpired(record, now) ? { state: 'expired' } : { state: 'live', record }
}

/** The size that DynamoDB counts: names and values in UTF-8 bytes, two digits of a number in one. */
export function sizeBytesOf(item: Item): number {
  let bytes = 0
  for (const [name, { S, N }] of Object.entries(item)) {
    bytes += Buffer.byteLength(name)
    bytes += S === undefined ? Math.ceil((N?.length ?? 0) / 2) + 1 : Buffer.byteLength(S)
  }
  return bytes
}
