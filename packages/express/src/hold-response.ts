import type { ServerResponse } from 'node:http'

/** What decides about a response before anything of it leaves. */
export interface Gate {
  /** Called at the first sign of a response; `undefined` lets it go at once. */
  readonly ready: () => Promise<void> | undefined
  /** Called when `ready` failed. Nothing has left, so another response can still be sent. */
  readonly fail: (error: unknown) => void
}

/**
 * Holds a response back until the gate is ready, then lets the held calls go in their order.
 *
 * Streams are held too: a write is kept and answers `false`, and `drain` follows when it has left.
 */
export function holdResponse(res: ServerResponse, { ready, fail }: Gate): void {
  const { writeHead, write, end, flushHeaders } = res
  const held: (() => unknown)[] = []
  let state: 'untouched' | 'waiting' | 'open' = 'untouched'
  let owesDrain = false

  // The wrappers stay in place and pass on: others (compression, for one) may have wrapped them in turn.
  function go(): void {
    state = 'open'
    for (const call of held) call()
    if (owesDrain && !res.writableEnded && !res.writableNeedDrain) res.emit('drain')
  }
  function abandon(error: unknown): void {
    state = 'open'
    // A stream that goes on writing to the abandoned response must not end the process.
    res.on('error', () => {})
    fail(error)
  }
  function isHeld(call: () => unknown): boolean {
    if (state === 'untouched') {
      const waiting = res.headersSent ? undefined : ready()
      state = waiting ? 'waiting' : 'open'
      waiting?.then(go, abandon)
    }
    if (state === 'waiting') held.push(call)
    return state === 'waiting'
  }

  res.writeHead = ((...given: Parameters<typeof writeHead>) => {
    const call = () => writeHead.apply(res, given)
    return isHeld(call) ? res : call()
  }) as typeof writeHead // overloaded, as are the next; each passes on exactly what it was given
  res.flushHeaders = () => {
    if (!isHeld(() => flushHeaders.call(res))) flushHeaders.call(res)
  }
  res.write = ((...given: Parameters<typeof write>) => {
    const call = () => write.apply(res, given)
    if (!isHeld(call)) return call()
    owesDrain = true
    return false
  }) as typeof write
  res.end = ((...given: Parameters<typeof end>) => {
    const call = () => end.apply(res, given)
    return isHeld(call) ? res : call()
  }) as typeof end
}
