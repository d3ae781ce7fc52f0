/** A server the balancer sends requests to. */
export interface Instance {
  readonly name: string
  /** Such as `http://127.0.0.1:4001`. */
  readonly origin: string
}

/** Whose turn it is, and who is down. */
export interface InstancePool {
  /** The next instance that is neither down nor in `tried`. */
  next(tried: ReadonlySet<string>): Instance | undefined
  markDown(instance: Instance): void
  markUp(instance: Instance): void
}

/** Where the instances are, and how long one that is down is left alone. */
export interface InstancePoolOptions {
  readonly instances: () => readonly Instance[]
  readonly retryAfterMs: number
}

/** A pool that takes turns. An instance that is down gets another chance after `retryAfterMs`. */
export function createInstancePool({ instances, retryAfterMs }: InstancePoolOptions): InstancePool {
  const downUntil = new Map<string, number>()
  let turn = 0

  return {
    next(tried) {
      const all = instances()
      const now = performance.now()
      const order = all.map((_, offset) => (turn + offset) % all.length)
      for (const index of order) {
        const instance = all[index]
        if (instance === undefined || tried.has(instance.origin)) continue
        if ((downUntil.get(instance.origin) ?? 0) > now) continue
        turn = index + 1
        return instance
      }
      return undefined
    },
    markDown: ({ origin }) => void downUntil.set(origin, performance.now() + retryAfterMs),
    markUp: ({ origin }) => void downUntil.delete(origin),
  }
}
