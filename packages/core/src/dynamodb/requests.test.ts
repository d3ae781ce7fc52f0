import { describe, expect, it } from 'vitest'
import type { SessionRecord, SessionUpdate } from '../store.ts'
import {
  type Request,
  blockingItemIn,
  createRequest,
  destroyRequest,
  readRequest,
  retireRequest,
  touchRequest,
  updateRequest,
} from './requests.ts'

const TARGET = { table: 'sessions', names: { id: 'id', expires: 'expires' } }
const NOW = 1_800_000_000

const RECORD: SessionRecord = {
  key: 's#alice',
  data: new Map(Object.entries({ cart: 'w1|[]', flash: 'w1|"hi"', user: 'w1|"alice"' })),
  meta: undefined,
  createdAt: NOW,
  idleDeadline: NOW + 1000,
  absoluteDeadline: NOW + 5000,
  writeId: 'w1',
}

const UPDATE: SessionUpdate = {
  writeId: 'w2',
  set: new Map(Object.entries({ cart: 'w2|["tea"]', visits: 'w2|1', flash: 'w2|' })),
  expected: new Map([
    ['cart', 'w1|[]'],
    ['visits', undefined],
    ['flash', 'w1|"hi"'],
  ]),
  meta: undefined,
  idleDeadline: NOW + 1500,
}

/** An update of so many data keys, each with a long name. */
function updateOf(count: number): SessionUpdate {
  const keys = Array.from({ length: count }, (_, index) => `${'long name '.repeat(10)}${index}`)
  return {
    ...UPDATE,
    set: new Map(keys.map((key) => [key, 'w2|2'])),
    expected: new Map(keys.map((key) => [key, 'w1|1'])),
  }
}

function text(request: Request, name: 'UpdateExpression' | 'ConditionExpression'): string {
  return String(request.input[name])
}

const WRITES: readonly (readonly [string, Request])[] = [
  ['create', createRequest(TARGET, RECORD, NOW)],
  ['update', updateRequest(TARGET, RECORD, { ...UPDATE, meta: '{}' }, NOW)],
  ['large update', updateRequest(TARGET, RECORD, updateOf(101), NOW)],
  ['touch', touchRequest(TARGET, RECORD.key, NOW + 2000, NOW)],
  ['destroy', destroyRequest(TARGET, RECORD.key, 'w2', NOW)],
  ['retire', retireRequest(TARGET, RECORD, 'w2', NOW)],
]

describe('a read', () => {
  it.each([true, false])('asks for one item, consistently: %s', (consistent) => {
    expect(readRequest(TARGET, 's#alice', consistent)).toEqual({
      operation: 'GetItem',
      input: { TableName: 'sessions', Key: { id: { S: 's#alice' } }, ConsistentRead: consistent },
    })
  })
})

describe('every write', () => {
  it.each(WRITES)('has a condition and asks for the item that fails it: %s', (_name, { input }) => {
    expect(input).toMatchObject({ TableName: 'sessions', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })
    expect(input['ConditionExpression']).toBeTypeOf('string')
  })

  it.each(WRITES)('holds placeholders only, defines all of them and no others: %s', (_name, { input }) => {
    const expressions = [input['UpdateExpression'], input['ConditionExpression']].filter(Boolean).join(' ')
    const used = new Set(expressions.match(/[#:]\w+/g))
    const defined = [
      ...Object.keys(input['ExpressionAttributeNames'] ?? {}),
      ...Object.keys(input['ExpressionAttributeValues'] ?? {}),
    ]
    expect(defined.toSorted()).toEqual([...used].toSorted())
    const words = expressions.replaceAll(/[#:]\w+/g, '').match(/\w+/g) ?? []
    const grammar = ['SET', 'AND', 'OR', 'attribute_exists', 'attribute_not_exists']
    expect(words.filter((word) => !grammar.includes(word))).toEqual([])
  })

  it.each(WRITES)('uses the names of the table: %s', (name) => {
    const target = { table: 'sessions', names: { id: 'pk', expires: 'ttl' } }
    const remade = new Map([
      ['create', createRequest(target, RECORD, NOW)],
      ['update', updateRequest(target, RECORD, UPDATE, NOW)],
      ['large update', updateRequest(target, RECORD, updateOf(101), NOW)],
      ['touch', touchRequest(target, RECORD.key, NOW + 2000, NOW)],
      ['destroy', destroyRequest(target, RECORD.key, 'w2', NOW)],
      ['retire', retireRequest(target, RECORD, 'w2', NOW)],
    ]).get(name)
    const json = JSON.stringify(remade)
    expect(json).toContain('"pk"')
    expect(json).toContain('ttl')
    expect(json).not.toMatch(/"id"|"expires"/)
  })
})

describe('an update', () => {
  it('carries the changed data keys and no others', () => {
    const { operation, input } = updateRequest(TARGET, RECORD, UPDATE, NOW)
    expect(operation).toBe('UpdateItem')
    const names = Object.values(input['ExpressionAttributeNames'] as Record<string, string>)
    const dataNames = names.filter((name) => name.startsWith('d.'))
    expect(dataNames).toEqual(['d.cart', 'd.visits', 'd.flash'])
    expect(JSON.stringify(input)).not.toContain('|\\"alice')
  })

  it('sets and compares each data key', () => {
    const request = updateRequest(TARGET, RECORD, UPDATE, NOW)
    expect(text(request, 'UpdateExpression')).toMatch(/#d0 = :n0, #d1 = :n1, #d2 = :n2$/)
    expect(text(request, 'ConditionExpression')).toMatch(
      / AND #d0 = :o0 AND attribute_not_exists\(#d1\) AND #d2 = :o2$/,
    )
  })

  it('leaves the bookkeeping alone unless it brings one', () => {
    expect(text(updateRequest(TARGET, RECORD, UPDATE, NOW), 'UpdateExpression')).not.toContain('meta')
    const update = { ...UPDATE, meta: '{}' }
    expect(text(updateRequest(TARGET, RECORD, update, NOW), 'UpdateExpression')).toContain('#meta = :meta')
  })

  it('of a hundred data keys keeps each expression within 4 KB', () => {
    const request = updateRequest(TARGET, RECORD, updateOf(100), NOW)
    expect(request.operation).toBe('UpdateItem')
    expect(text(request, 'UpdateExpression').length).toBeLessThan(4096)
    expect(text(request, 'ConditionExpression').length).toBeLessThan(4096)
  })

  it('of a hundred added data keys keeps each expression within 4 KB', () => {
    const update = updateOf(100)
    const expected = new Map([...update.expected.keys()].map((key) => [key, undefined]))
    const request = updateRequest(TARGET, RECORD, { ...update, expected }, NOW)
    expect(text(request, 'ConditionExpression').length).toBeLessThan(4096)
  })

  it('of more data keys writes the whole session, if nobody wrote it since', () => {
    const { operation, input } = updateRequest(TARGET, RECORD, updateOf(101), NOW)
    expect(operation).toBe('PutItem')
    expect(input['ConditionExpression']).toMatch(/ AND #rev = :rev$/)
    expect(input['ExpressionAttributeValues']).toMatchObject({ ':rev': { S: 'w1' } })
    expect(input['Item']).toMatchObject({ 'd.user': { S: 'w1|"alice"' }, rev: { S: 'w2' } })
  })
})

describe('a touch', () => {
  it('changes both deadlines and nothing else, and only forward', () => {
    const request = touchRequest(TARGET, 's#alice', NOW + 2000, NOW)
    expect(text(request, 'UpdateExpression')).toBe('SET #idle = :idle, #expires = :expires')
    expect(text(request, 'ConditionExpression')).toMatch(/ AND #idle < :idle$/)
  })
})

describe('a destroy', () => {
  it('leaves a tombstone without data, only where an item is', () => {
    const { operation, input } = destroyRequest(TARGET, 's#alice', 'w2', NOW)
    expect(operation).toBe('PutItem')
    expect(input['ConditionExpression']).toBe('attribute_exists(#id)')
    expect(Object.keys(input['Item'] as object).toSorted()).toEqual(['expires', 'gone', 'id', 'rev', 'v'])
  })
})

describe('the blocking item', () => {
  it('is found in the error if the error has it', () => {
    const item = { id: { S: 's#alice' } }
    expect(blockingItemIn(Object.assign(new Error('x'), { Item: item }))).toBe(item)
    expect(blockingItemIn(new Error('x'))).toBeUndefined()
    expect(blockingItemIn(undefined)).toBeUndefined()
  })
})
