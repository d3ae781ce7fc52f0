import { failureOf, sessionErrorOf } from './failure.ts'
import type { Operation, Transport } from './transport.ts'

/** How patient one request is. */
export interface Patience {
  /** Milliseconds for one attempt. */
  readonly attemptMs: number
  /** Attempts of a read; a write has one more, because the alternative is to lose it. */
  readonly attempts: number
  /** Back-off between attempts in milliseconds: a random time up to `baseMs`, doubling up to `capMs`. */
  readonly baseMs: number
  readonly capMs: number
}

/** Sends one request, again if that can help, until the signal ends it. */
export type Send = (operation: Operation, input: object, signal: AbortSignal) => Promise<object>

const THROTTLED_ATTEMPTS = 2 // waiting out a throttled table belongs to batch jobs, not to a page

function rejected(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const fail = (): void => reject(signal.reason as Error)
    if (signal.aborted) fail()
    else signal.addEventListener('abort', fail, { once: true })
  })
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  try {
    await Promise.race([new Promise((resolve) => (timer = setTimeout(resolve, ms))), rejected(signal)])
  } finally {
    clearTimeout(timer)
  }
}

/** One attempt, ended by its own limit or by the caller's signal even if the transport listens to neither. */
async function attempt(
  send: (signal: AbortSignal) => Promise<object>,
  ms: number,
  outer: AbortSignal,
): Promise<object> {
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(new DOMException(`no answer in ${ms} ms`, 'TimeoutError')), ms)
  const pass = (): void => limit.abort(outer.reason)
  outer.addEventListener('abort', pass, { once: true })
  if (outer.aborted) pass()
  try {
    return await Promise.race([send(limit.signal), rejected(limit.signal)])
  } finally {
    clearTimeout(timer)
    outer.removeEventListener('abort', pass)
  }
}

function backOff(attemptNumber: number, throttled: boolean, { baseMs, capMs }: Patience): number {
  if (throttled) return 50 + Math.random() * 100
  return Math.random() * Math.min(capMs, baseMs * 2 ** attemptNumber)
}

/** Makes the one function through which requests leave: time limits, retries with full jitter, error mapping. */
export function createSender(transport: Transport, patience: Patience): Send {
  return async function send(operation, input, signal) {
    const attempts = patience.attempts + (operation === 'GetItem' ? 0 : 1)
    for (let number = 1; ; number++) {
      try {
        return await attempt(
          (own) => transport.send(operation, input, { signal: own }),
          patience.attemptMs,
          signal,
        )
      } catch (error) {
        const failure = failureOf(error)
        if (failure === 'condition') throw error
        const throttled = failure === 'throttled'
        const most = throttled ? Math.min(THROTTLED_ATTEMPTS, attempts) : attempts
        if ((failure !== 'transient' && !throttled) || number >= most || signal.aborted)
          throw sessionErrorOf(error)
        await pause(backOff(number - 1, throttled, patience), signal).catch(() => {
          throw sessionErrorOf(error)
        })
      }
    }
  }
}
