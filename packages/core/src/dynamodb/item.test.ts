import { describe, expect, it } from 'vitest'
import { newSessionId, keysWith, newWriteId } from '../session-id.ts'
import type { SessionRecord } from '../store.ts'
import { type Item, fromItem, sizeBytesOf, toItem, tombstoneOf } from './item.ts'

const NAMES = { id: 'id', expires: 'expires' }
const NOW = 1_800_000_000

function aRecord(changes: Partial<SessionRecord> = {}): SessionRecord {
  return {
    key: 's#alice',
    data: new Map(Object.entries({ cart: 'w1|[]', 'a.b': 'w1|"|"', d: 'w1|1' })),
    meta: undefined,
    createdAt: NOW,
    idleDeadline: NOW + 1000,
    absoluteDeadline: NOW + 5000,
    writeId: 'w1',
    ...changes,
  }
}

function without(item: Item, name: string): Item {
  return Object.fromEntries(Object.entries(item).filter(([each]) => each !== name))
}

describe('a record', () => {
  it.each([
    ['with data', aRecord()],
    ['with bookkeeping', aRecord({ meta: '{"cookie":{}}' })],
    ['without data', aRecord({ data: new Map() })],
    [
      'with data keys that are named like attributes',
      aRecord({ data: new Map(Object.entries({ gone: 'w1|1', v: 'w1|2' })) }),
    ],
  ])('survives the way to an item and back: %s', (_name, record) => {
    expect(fromItem(toItem(record, NAMES), NAMES, NOW)).toEqual({ state: 'live', record })
  })

  it('survives under the names of an existing table', () => {
    const names = { id: 'pk', expires: 'ttl' }
    const item = toItem(aRecord(), names)
    expect(item).toMatchObject({ pk: { S: 's#alice' }, ttl: { N: String(NOW + 4600) } })
    expect(fromItem(item, names, NOW)).toEqual({ state: 'live', record: aRecord() })
  })

  it('is left to DynamoDB an hour after its idle deadline', () => {
    expect(toItem(aRecord(), NAMES)['expires']).toEqual({ N: String(NOW + 1000 + 3600) })
  })
})

describe('an item', () => {
  const item = toItem(aRecord(), NAMES)

  it('is missing when there is none', () => {
    expect(fromItem(undefined, NAMES, NOW)).toEqual({ state: 'missing' })
  })

  it.each([
    { now: NOW + 999, state: 'live' },
    { now: NOW + 1000, state: 'expired' },
  ])('is $state at $now', ({ now, state }) => {
    expect(fromItem(item, NAMES, now).state).toBe(state)
  })

  it('is destroyed when it is a tombstone, which has no data', () => {
    const tombstone = tombstoneOf('s#alice', 'w2', NAMES, NOW)
    expect(fromItem(tombstone, NAMES, NOW)).toEqual({ state: 'destroyed' })
    expect(Object.keys(tombstone).filter((name) => name.startsWith('d.'))).toEqual([])
  })

  it.each(['id', 'idle', 'end', 'born', 'rev', 'v'])('is corrupt without %s', (name) => {
    expect(fromItem(without(item, name), NAMES, NOW)).toEqual({ state: 'corrupt' })
  })

  it.each<[string, Item]>([
    ['a deadline that is text', { idle: { S: 'soon' } }],
    ['a deadline that is no whole number', { end: { N: '1.5' } }],
    ['a deadline beyond safe integers', { idle: { N: '1e300' } }],
    ['a format of zero', { v: { N: '0' } }],
    ['a format that is text', { v: { S: '1' } }],
    ['a data value that is a number', { 'd.user': { N: '1' } }],
    ['a data value without a mark', { 'd.user': { S: '"alice"' } }],
  ])('is corrupt with %s', (_name, changes) => {
    expect(fromItem({ ...item, ...changes }, NAMES, NOW)).toEqual({ state: 'corrupt' })
  })

  it.each<[string, Item]>([
    ['live', item],
    ['expired', toItem(aRecord({ idleDeadline: NOW }), NAMES)],
    ['a tombstone', tombstoneOf('s#alice', 'w2', NAMES, NOW)],
    ['unknown', { id: { S: 's#alice' } }],
  ])('of a newer release is too new when it is %s', (_name, old) => {
    expect(fromItem({ ...old, v: { N: '2' } }, NAMES, NOW)).toEqual({ state: 'tooNew' })
  })
})

describe('the size', () => {
  it('counts names and values in UTF-8 bytes and numbers in half their digits and one', () => {
    expect(sizeBytesOf({ é: { S: '🍵' }, n: { N: '12345' } })).toBe(2 + 4 + 1 + 4)
  })

  it('of a typical login session is at most 1536 bytes', () => {
    const line = { sku: 'tea-0001', name: 'Darjeeling', quantity: 2, price: 1290 }
    const lines = Array.from({ length: 19 }, () => line)
    const cart = JSON.stringify(lines).slice(0, 1200)
    const values = {
      userId: '"8f14e45f"',
      csrf: JSON.stringify('c'.repeat(32)),
      flash: '"Welcome back"',
      cart,
    }
    const writeId = newWriteId()
    const data = new Map(Object.entries(values).map(([key, json]) => [key, `${writeId}|${json}`]))
    const [key] = keysWith([])(newSessionId())
    expect(cart).toHaveLength(1200)
    expect(sizeBytesOf(toItem(aRecord({ key, data, writeId }), NAMES))).toBeLessThanOrEqual(1536)
  })
})
