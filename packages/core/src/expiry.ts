/** When a session used at `now` goes idle; never later than its absolute deadline. Epoch seconds. */
export function idleDeadlineOf(now: number, idleTimeout: number, absoluteDeadline: number): number {
  return Math.min(now + idleTimeout, absoluteDeadline)
}

/** Whether either deadline has passed. */
export function isExpired(
  deadlines: { idleDeadline: number; absoluteDeadline: number },
  now: number,
): boolean {
  return deadlines.idleDeadline <= now || deadlines.absoluteDeadline <= now
}

/** Whether moving the idle deadline gains enough to be worth a write. All in seconds. */
export function isTouchDue(stored: number, wanted: number, touchAfter: number): boolean {
  return wanted > stored && wanted - stored >= touchAfter
}

/** How long a session may idle: its own lifetime if it has one, within what the options allow. Seconds. */
export function idleTimeoutOf(
  own: number | undefined,
  limits: { idleTimeout: number; longestIdleTimeout: number },
): number {
  return Math.min(own ?? limits.idleTimeout, limits.longestIdleTimeout)
}

/** The least gain for which a session is touched: a short-lived session is touched at a tenth of its life. */
export function touchAfterOf(idleTimeout: number, touchAfter: number): number {
  return Math.min(touchAfter, Math.floor(idleTimeout / 10))
}
