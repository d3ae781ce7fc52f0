import { describe, expect, it } from 'vitest'
import { applied, changeOf, jsonIn, jsonsIn, updated, versioned } from './change.ts'
import type { SessionRecord, SessionUpdate } from './store.ts'

const RECORD: SessionRecord = {
  key: 's#a',
  data: new Map([
    ['cart', 'w1|[]'],
    ['user', 'w1|"alice"'],
  ]),
  meta: '{"a":1}',
  createdAt: 10,
  idleDeadline: 20,
  absoluteDeadline: 30,
  writeId: 'w1',
}

const UPDATE: SessionUpdate = {
  writeId: 'w2',
  set: new Map(Object.entries({ visits: 'w2|1', cart: 'w2|' })),
  expected: new Map([
    ['visits', undefined],
    ['cart', 'w1|[]'],
  ]),
  meta: undefined,
  idleDeadline: 25,
}

describe('a stored value', () => {
  it.each(['1', '"a|b"', '{"x":"|"}', '""'])('gives back the JSON %s', (json) => {
    expect(jsonIn(versioned('w1', json))).toBe(json)
  })

  it('is unique for each write', () => {
    expect(versioned('w1', '1')).not.toBe(versioned('w2', '1'))
  })

  it('loses its mark in the JSON texts of stored data', () => {
    expect(jsonsIn(RECORD.data)).toEqual(new Map(Object.entries({ cart: '[]', user: '"alice"' })))
  })
})

describe('a change', () => {
  it('is empty when nothing changed', () => {
    expect(changeOf(RECORD.data, jsonsIn(RECORD.data)).size).toBe(0)
  })

  it('names the data keys that were added, changed and removed, and no others', () => {
    const loaded = new Map(Object.entries({ same: 'w1|1', changed: 'w1|1', removed: 'w1|1' }))
    const wanted = new Map(Object.entries({ same: '1', changed: '2', added: '3' }))
    expect(changeOf(loaded, wanted)).toEqual(
      new Map([
        ['changed', { mine: '2', expected: 'w1|1' }],
        ['added', { mine: '3', expected: undefined }],
        ['removed', { mine: undefined, expected: 'w1|1' }],
      ]),
    )
  })

  it('leads from what was loaded to what was wanted', () => {
    const wanted = new Map(Object.entries({ user: '"bob"', visits: '1' }))
    const data = applied(RECORD.data, changeOf(RECORD.data, wanted), 'w2')
    expect(data).toEqual(new Map(Object.entries({ cart: 'w2|', user: 'w2|"bob"', visits: 'w2|1' })))
    expect(jsonsIn(data)).toEqual(wanted)
  })

  it('leaves what was loaded as it was', () => {
    applied(RECORD.data, new Map([['cart', { mine: undefined, expected: 'w1|[]' }]]), 'w2')
    expect(RECORD.data.get('cart')).toBe('w1|[]')
  })
})

describe('an updated record', () => {
  it('has the changes, the mark and the deadline of the update, and keeps the rest', () => {
    const data = new Map(Object.entries({ cart: 'w2|', user: 'w1|"alice"', visits: 'w2|1' }))
    expect(updated(RECORD, UPDATE)).toEqual({ ...RECORD, data, writeId: 'w2', idleDeadline: 25 })
  })

  it('takes the bookkeeping when the update brings one', () => {
    expect(updated(RECORD, { ...UPDATE, meta: '{}' }).meta).toBe('{}')
  })
})
