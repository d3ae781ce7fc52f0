import { describe, expect, it } from 'vitest'
import { type SessionsOptions, resolveOptions, secretsOf } from './options.ts'

const NEVER = (value: unknown): never => value as never // what JavaScript callers may pass

const BAD: readonly (readonly [name: string, options: SessionsOptions])[] = [
  ['idleTimeout', { idleTimeout: NEVER('30m') }],
  ['idleTimeout', { idleTimeout: 0 }],
  ['idleTimeout', { idleTimeout: -1 }],
  ['idleTimeout', { idleTimeout: 1.5 }],
  ['idleTimeout', { idleTimeout: Number.NaN }],
  ['idleTimeout', { idleTimeout: Infinity }],
  ['idleTimeout', { idleTimeout: NEVER(null) }],
  ['idleTimeout', { idleTimeout: 1_800_000_000 }],
  ['idleTimeout', { idleTimeout: 100, absoluteTimeout: 50 }],
  ['absoluteTimeout', { absoluteTimeout: 0 }],
  ['absoluteTimeout', { absoluteTimeout: NEVER('12h') }],
  ['touchAfter', { touchAfter: -1 }],
  ['touchAfter', { idleTimeout: 60, touchAfter: 60 }],
  ['touchAfter', { idleTimeout: 60, touchAfter: 61 }],
  ['secret', { secret: 'short' }],
  ['secret', { secret: 'a'.repeat(31) }],
  ['secret', { secret: ['a'.repeat(32), 'short'] }],
  ['secret', { secret: NEVER(42) }],
  ['table', { table: 'x' }],
  ['table', { table: '' }],
  ['table', { table: 'my table' }],
  ['table', { table: 'a'.repeat(256) }],
  ['table', { table: NEVER(42) }],
  ['maxSessionBytes', { maxSessionBytes: 1023 }],
  ['maxSessionBytes', { maxSessionBytes: 400_001 }],
  ['onConflict', { onConflict: NEVER('last-wins') }],
  ['attributes', { attributes: { id: '' } }],
  ['attributes', { attributes: { id: 'expires' } }],
  ['attributes', { attributes: { expires: 'idle' } }],
  ['attributes', { attributes: { id: 'd.user' } }],
  ['deadline.totalMs', { deadline: { totalMs: 0 } }],
  ['deadline.attemptMs', { deadline: { attemptMs: NEVER('1s') } }],
  ['retry.attempts', { retry: { attempts: 0 } }],
  ['retry.attempts', { retry: { attempts: 11 } }],
  ['retry.baseMs', { retry: { baseMs: -1 } }],
  ['retry.capMs', { retry: { capMs: NEVER(null) } }],
]

describe('an option that cannot be used', () => {
  it.each(BAD)('is refused by its name: %s in %j', (name, options) => {
    expect(() => resolveOptions(options)).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: expect.stringMatching(`^${name.replace('.', '\\.')}\\b`),
      }),
    )
  })

  it('is not repeated in the message when it is a secret', () => {
    expect(() => secretsOf('hunter2')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    )
  })
})

describe('options', () => {
  it('have defaults', () => {
    expect(resolveOptions({ table: 'sessions' })).toMatchObject({
      table: 'sessions',
      idleTimeout: 1800,
      longestIdleTimeout: 43_200,
      absoluteTimeout: 43_200,
      touchAfter: 180,
      consistentRead: true,
      secrets: [],
      onConflict: 'later-wins',
      maxSessionBytes: 65_536,
      attributes: { id: 'id', expires: 'expires' },
      totalMs: 700,
      patience: { attemptMs: 250, attempts: 3, baseMs: 25, capMs: 200 },
    })
  })

  it('make an idle timeout that was given the longest', () => {
    expect(resolveOptions({ idleTimeout: 60 })).toMatchObject({
      idleTimeout: 60,
      longestIdleTimeout: 60,
      touchAfter: 6,
    })
  })

  it('never wait longer than 300 seconds for a touch unless told', () => {
    expect(resolveOptions({ idleTimeout: 40_000 }).touchAfter).toBe(300)
  })

  it('take one secret or several', () => {
    const [first, second] = ['a'.repeat(32), 'b'.repeat(32)]
    expect(secretsOf(first)).toEqual([first])
    expect(secretsOf([first, second])).toEqual([first, second])
    expect(secretsOf(undefined)).toEqual([])
  })

  it('make a clock of whole seconds', () => {
    expect(resolveOptions({ clock: () => 1_800_000_000.9 }).clock()).toBe(1_800_000_000)
  })
})
