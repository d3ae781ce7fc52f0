/**
 * Calls `done` exactly once, and never from inside the promise chain, so that an error thrown by `done` cannot come
 * back as a second call. For adapters of frameworks that use callbacks.
 */
export function settle<Result>(
  promise: Promise<Result>,
  done: ((error: unknown, result?: Result) => void) | undefined,
): void {
  promise.then(
    (result) => done && setImmediate(done, null, result),
    (error: unknown) => done && setImmediate(done, error),
  )
}
