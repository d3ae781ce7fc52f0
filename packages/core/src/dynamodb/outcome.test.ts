import { describe, expect, it } from 'vitest'
import type { SessionRecord, SessionUpdate } from '../store.ts'
import { type Item, toItem, tombstoneOf } from './item.ts'
import { outcomeOf, touchOutcomeOf } from './outcome.ts'

const names = { id: 'id', expires: 'expires' }
const now = 1_800_000_000

function aRecord(changes: Partial<SessionRecord> = {}): SessionRecord {
  return {
    key: 's#alice',
    data: new Map([['cart', 'w1|[]']]),
    meta: undefined,
    createdAt: now,
    idleDeadline: now + 1000,
    absoluteDeadline: now + 5000,
    writeId: 'w1',
    ...changes,
  }
}

function anUpdate(changes: Partial<SessionUpdate> = {}): SessionUpdate {
  return {
    writeId: 'mine',
    set: new Map([['cart', 'mine|1']]),
    expected: new Map([['cart', 'w1|[]']]),
    meta: undefined,
    idleDeadline: now + 1000,
    ...changes,
  }
}

const live = toItem(aRecord(), names)
const expired = toItem(aRecord({ idleDeadline: now }), names)
const tombstone = tombstoneOf('s#alice', 'w9', names, now)
const newer: Item = { ...live, v: { N: '2' } }
const corrupt: Item = { ...live, idle: { S: 'soon' } }

describe('a failed write', () => {
  it.each([
    { name: 'nothing', item: undefined, outcome: { outcome: 'gone' } },
    { name: 'a tombstone', item: tombstone, outcome: { outcome: 'gone' } },
    { name: 'an expired session', item: expired, outcome: { outcome: 'gone' } },
    { name: 'a corrupt item', item: corrupt, outcome: { outcome: 'gone' } },
    { name: 'an item of a newer release', item: newer, outcome: { outcome: 'tooNew' } },
    { name: 'a live session', item: live, outcome: { outcome: 'conflict', found: aRecord() } },
  ])('that met $name is $outcome.outcome', ({ item, outcome }) => {
    expect(outcomeOf({ item, names, writeId: 'mine', now })).toEqual(outcome)
  })

  it.each([
    { name: 'create or update', item: toItem(aRecord({ writeId: 'mine' }), names) },
    { name: 'retire', item: tombstoneOf('s#alice', 'mine', names, now) },
  ])('that met its own $name was done before', ({ item }) => {
    expect(outcomeOf({ item, names, writeId: 'mine', now })).toEqual({ outcome: 'done', recovered: true })
  })

  it('whose values all stand there was done before, though another write followed', () => {
    const item = toItem(
      aRecord({
        writeId: 'later',
        data: new Map([
          ['cart', 'mine|1'],
          ['x', 'later|1'],
        ]),
      }),
      names,
    )
    expect(outcomeOf({ item, names, writeId: 'mine', now }, anUpdate())).toEqual({
      outcome: 'done',
      recovered: true,
    })
  })

  it.each([
    {
      name: 'one of its values is missing',
      changes: {
        set: new Map(Object.entries({ cart: 'mine|1', b: 'mine|2' })),
        expected: new Map([
          ['cart', undefined],
          ['b', undefined],
        ]),
      },
    },
    {
      name: 'it changed no data',
      changes: { set: new Map<string, string>(), expected: new Map<string, string>() },
    },
  ])('is not taken for done when $name', ({ changes }) => {
    const found = aRecord({ writeId: 'later', data: new Map([['cart', 'mine|1']]) })
    expect(outcomeOf({ item: toItem(found, names), names, writeId: 'mine', now }, anUpdate(changes))).toEqual(
      {
        outcome: 'conflict',
        found,
      },
    )
  })
})

describe('a failed touch', () => {
  it.each([
    { name: 'nothing', item: undefined, outcome: 'gone' },
    { name: 'a tombstone', item: tombstone, outcome: 'gone' },
    { name: 'an expired session', item: expired, outcome: 'gone' },
    { name: 'a corrupt item', item: corrupt, outcome: 'gone' },
    { name: 'a session that was replaced', item: { ...live, next: { S: 's#new' } }, outcome: 'gone' },
    { name: 'a live session', item: live, outcome: 'done' },
    { name: 'an item of a newer release', item: newer, outcome: 'done' },
  ])('that met $name is $outcome', ({ item, outcome }) => {
    expect(touchOutcomeOf(item, names, now)).toBe(outcome)
  })
})
