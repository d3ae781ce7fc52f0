/** The work that has begun and not ended. */
export interface Underway {
  add(work: Promise<unknown>): void
  /** Resolves when nothing is under way. */
  idle(): Promise<void>
}

/** Follows work that never rejects. */
export function createUnderway(): Underway {
  const works = new Set<Promise<unknown>>()
  return {
    add(work) {
      works.add(work)
      void work.finally(() => works.delete(work))
    },
    async idle() {
      do {
        await Promise.all(works)
        await new Promise(setImmediate) // lets in what has already reached the socket
      } while (works.size > 0)
    },
  }
}
