import { SessionError, type SessionStore } from '@dynamodb-session/core'

/** The methods of a store. */
export type Method = keyof SessionStore

/** A store around another: it counts calls, and fails where it is told to. */
export interface FaultyStore {
  readonly store: SessionStore
  /** Every call, in order. */
  readonly calls: Method[]
  /** Methods that reject as if DynamoDB were down. */
  readonly failing: Set<Method>
}

/** Wraps a store. */
export function faultyStore(inner: SessionStore): FaultyStore {
  const calls: Method[] = []
  const failing = new Set<Method>()
  function around<Args extends unknown[], Result>(method: Method, run: (...args: Args) => Promise<Result>) {
    return async (...args: Args): Promise<Result> => {
      calls.push(method)
      if (failing.has(method)) throw new SessionError('STORE_FAILED', 'session store unavailable')
      return run(...args)
    }
  }
  return {
    calls,
    failing,
    store: {
      load: around('load', (...given) => inner.load(...given)),
      create: around('create', (...given) => inner.create(...given)),
      update: around('update', (...given) => inner.update(...given)),
      touch: around('touch', (...given) => inner.touch(...given)),
      destroy: around('destroy', (...given) => inner.destroy(...given)),
      retire: around('retire', (...given) => inner.retire(...given)),
    },
  }
}
