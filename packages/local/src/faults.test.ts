import { describe, expect, it } from 'vitest'
import type { FaultRule } from './fault-rule.ts'
import { createFaults } from './faults.ts'

const reset = { kind: 'reset' } as const

/** Which of so many calls a rule strikes, as 1s and 0s. */
function strikes(rules: FaultRule[], calls: number, seed = 7): string {
  const faults = createFaults(seed)
  for (const rule of rules) faults.add(rule)
  const one = (): string => (faults.choose({ operation: 'GetItem', input: {} }) ? '1' : '0')
  return Array.from({ length: calls }, one).join('')
}

describe('a fault rule', () => {
  it('strikes every request if it says nothing else', () => {
    expect(strikes([reset], 3)).toBe('111')
  })

  it('strikes the numbered calls only', () => {
    expect(strikes([{ ...reset, calls: [2, 4] }], 5)).toBe('01010')
  })

  it('strikes so many times only', () => {
    expect(strikes([{ ...reset, times: 2 }], 4)).toBe('1100')
  })

  it('strikes one operation or several, and by the input', () => {
    const faults = createFaults(1)
    faults.add({ ...reset, operation: 'PutItem' })
    faults.add({ kind: 'drop-request', operation: ['GetItem', 'Query'], when: (input) => input === 1 })
    expect(faults.choose({ operation: 'PutItem', input: 0 })?.kind).toBe('reset')
    expect(faults.choose({ operation: 'Query', input: 1 })?.kind).toBe('drop-request')
    expect(faults.choose({ operation: 'Query', input: 2 })).toBeUndefined()
  })

  it('with a probability replays for the same seed, whatever other rules there are', () => {
    const rule: FaultRule = { ...reset, operation: 'GetItem', probability: 0.5 }
    const first = strikes([rule], 64)
    expect(first).toMatch(/01|10/)
    expect(strikes([rule, { ...reset, operation: 'Query' }], 64)).toBe(first)
    expect(strikes([rule], 64, 8)).not.toBe(first)
  })

  it('is the first that strikes, and goes when removed or cleared', () => {
    const faults = createFaults(1)
    const remove = faults.add(reset)
    faults.add({ kind: 'drop-request' })
    const request = { operation: 'GetItem', input: {} }
    expect(faults.choose(request)?.kind).toBe('reset')
    remove()
    expect(faults.choose(request)?.kind).toBe('drop-request')
    faults.clear()
    expect(faults.choose(request)).toBeUndefined()
  })
})
