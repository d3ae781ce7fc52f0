/** Runs tasks one after another where they share a key. */
export interface KeyedQueue {
  run<T>(keys: readonly string[], task: () => Promise<T>): Promise<T>
}

/** A queue that remembers a key only while a task holds or awaits it. */
export function createKeyedQueue(): KeyedQueue {
  const tails = new Map<string, Promise<void>>()
  return {
    async run(keys, task) {
      const earlier = keys.flatMap((key) => tails.get(key) ?? [])
      const turn = Promise.all(earlier).then(task)
      const ended = turn.then(ignore, ignore)
      for (const key of keys) tails.set(key, ended)
      await ended
      for (const key of keys) if (tails.get(key) === ended) tails.delete(key)
      return turn
    },
  }
}

function ignore(): void {}
