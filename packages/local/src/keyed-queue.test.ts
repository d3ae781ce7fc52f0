import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createKeyedQueue } from './keyed-queue.ts'

describe('a keyed queue', () => {
  it('runs tasks that share a key in order, and others at once', async () => {
    const queue = createKeyedQueue()
    const done: string[] = []
    const task = (name: string, ms: number) => (): Promise<void> => delay(ms).then(() => void done.push(name))
    await Promise.all([
      queue.run(['a', 'b'], task('both', 30)),
      queue.run(['a'], task('a', 0)),
      queue.run(['c'], task('c', 0)),
    ])
    expect(done).toEqual(['c', 'both', 'a'])
  })

  it('goes on after a task that failed, and takes the same key twice', async () => {
    const queue = createKeyedQueue()
    const failed = queue.run(['a', 'a'], () => Promise.reject(new Error('no')))
    await expect(failed).rejects.toThrow('no')
    expect(await queue.run(['a', 'a'], () => Promise.resolve(1))).toBe(1)
  })
})
