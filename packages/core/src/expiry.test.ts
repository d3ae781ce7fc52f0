import { describe, expect, it } from 'vitest'
import { idleDeadlineOf, idleTimeoutOf, isExpired, isTouchDue, touchAfterOf } from './expiry.ts'

describe('the idle deadline', () => {
  it.each([
    { now: 100, idleTimeout: 50, absoluteDeadline: 1000, deadline: 150 },
    { now: 980, idleTimeout: 50, absoluteDeadline: 1000, deadline: 1000 },
    { now: 950, idleTimeout: 50, absoluteDeadline: 1000, deadline: 1000 },
  ])('is $deadline at $now', ({ now, idleTimeout, absoluteDeadline, deadline }) => {
    expect(idleDeadlineOf(now, idleTimeout, absoluteDeadline)).toBe(deadline)
  })
})

describe('a session', () => {
  it.each([
    { idleDeadline: 100, absoluteDeadline: 200, now: 99, expired: false },
    { idleDeadline: 100, absoluteDeadline: 200, now: 100, expired: true },
    { idleDeadline: 200, absoluteDeadline: 100, now: 99, expired: false },
    { idleDeadline: 200, absoluteDeadline: 100, now: 100, expired: true },
  ])(
    'idle at $idleDeadline, over at $absoluteDeadline: expired at $now is $expired',
    ({ now, expired, ...deadlines }) => {
      expect(isExpired(deadlines, now)).toBe(expired)
    },
  )
})

describe('a touch', () => {
  it.each([
    { stored: 100, wanted: 109, touchAfter: 10, due: false },
    { stored: 100, wanted: 110, touchAfter: 10, due: true },
    { stored: 100, wanted: 101, touchAfter: 0, due: true },
    { stored: 100, wanted: 100, touchAfter: 0, due: false },
    { stored: 100, wanted: 50, touchAfter: 0, due: false },
  ])(
    'from $stored to $wanted with a least gain of $touchAfter: due is $due',
    ({ stored, wanted, touchAfter, due }) => {
      expect(isTouchDue(stored, wanted, touchAfter)).toBe(due)
    },
  )

  it.each([
    { idleTimeout: 1800, touchAfter: 180, gain: 180 },
    { idleTimeout: 60, touchAfter: 180, gain: 6 },
    { idleTimeout: 5, touchAfter: 180, gain: 0 },
    { idleTimeout: 1800, touchAfter: 0, gain: 0 },
  ])(
    'of a session that may idle $idleTimeout s is due after $gain s',
    ({ idleTimeout, touchAfter, gain }) => {
      expect(touchAfterOf(idleTimeout, touchAfter)).toBe(gain)
    },
  )
})

describe('the idle timeout', () => {
  const limits = { idleTimeout: 1800, longestIdleTimeout: 43_200 }

  it.each([
    { own: undefined, timeout: 1800 },
    { own: 60, timeout: 60 },
    { own: 7200, timeout: 7200 },
    { own: 100_000, timeout: 43_200 },
  ])('is $timeout for a lifetime of its own of $own', ({ own, timeout }) => {
    expect(idleTimeoutOf(own, limits)).toBe(timeout)
  })
})
