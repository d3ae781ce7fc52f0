import { describe, expect, it, vi } from 'vitest'
import type { Change } from './change.ts'
import { type ConflictResolver, rebase } from './conflict.ts'

function aChange(mine: string | undefined, expected: string | undefined): Change {
  return new Map([['cart', { mine, expected }]])
}

describe('rebase', () => {
  it.each(['later-wins', 'reject'] as const)('keeps a change that nobody else touched (%s)', (policy) => {
    const change = aChange('2', 'w1|1')
    const stored = new Map(Object.entries({ cart: 'w1|1', other: 'w9|1' }))
    expect(rebase(change, stored, policy)).toEqual({ change, overwritten: [], merged: [] })
  })

  it.each([
    { name: 'value', mine: '2', stored: new Map([['cart', 'w9|2']]) },
    { name: 'removal', mine: undefined, stored: new Map<string, string>() },
  ])('drops a $name on which both agree, whatever the policy', ({ mine, stored }) => {
    expect(rebase(aChange(mine, 'w1|1'), stored, 'reject')).toEqual({
      change: new Map(),
      overwritten: [],
      merged: [],
    })
  })

  it.each([
    { name: 'changed', mine: '2', theirs: 'w9|3' },
    { name: 'removed', mine: undefined, theirs: 'w9|3' },
    { name: 'kept what others removed', mine: '2', theirs: undefined },
  ])('lets the later one win that $name', ({ mine, theirs }) => {
    const stored = new Map(theirs === undefined ? [] : [['cart', theirs]])
    expect(rebase(aChange(mine, 'w1|1'), stored, 'later-wins')).toEqual({
      change: aChange(mine, theirs),
      overwritten: ['cart'],
      merged: [],
    })
  })

  it('rejects with CONFLICT and names no data key in the message', () => {
    const stored = new Map([['cart', 'w9|3']])
    expect(() => rebase(aChange('2', 'w1|1'), stored, 'reject')).toThrow(
      expect.objectContaining({ code: 'CONFLICT', message: expect.not.stringContaining('cart') }),
    )
  })

  it('gives a resolver the base, mine and theirs, and stores its answer', () => {
    const resolver = vi.fn<ConflictResolver>((_base, mine, theirs) => [mine, theirs].flat())
    const stored = new Map([['cart', 'w9|["tea","rum"]']])
    expect(rebase(aChange('["tea","milk"]', 'w1|["tea"]'), stored, { cart: resolver })).toEqual({
      change: aChange('["tea","milk","tea","rum"]', 'w9|["tea","rum"]'),
      overwritten: [],
      merged: ['cart'],
    })
    expect(resolver).toHaveBeenCalledExactlyOnceWith(['tea'], ['tea', 'milk'], ['tea', 'rum'])
  })

  it('gives a resolver undefined for what is absent, and takes it as absent', () => {
    const resolver = vi.fn<ConflictResolver>(() => undefined)
    const stored = new Map([['cart', 'w9|3']])
    expect(rebase(aChange(undefined, undefined), stored, { cart: resolver }).change).toEqual(
      aChange(undefined, 'w9|3'),
    )
    expect(resolver).toHaveBeenCalledExactlyOnceWith(undefined, undefined, 3)
  })

  it('lets the later one win for keys without a resolver, also those that every object inherits', () => {
    const change: Change = new Map([['toString', { mine: '2', expected: 'w1|1' }]])
    const { overwritten } = rebase(change, new Map([['toString', 'w9|3']]), { cart: () => 0 })
    expect(overwritten).toEqual(['toString'])
  })
})
