import { type Change, applied, changeOf, jsonsIn } from './change.ts'
import type { Environment } from './environment.ts'
import { SessionError } from './errors.ts'
import { newWriteId, refOf } from './session-id.ts'
import type { SessionRecord, StoreCall } from './store.ts'
import { CONFLICT_ROUNDS, jitter, writesOf } from './writer.ts'

function sameValue(one: SessionRecord, other: SessionRecord, key: string): boolean {
  return jsonsIn(one.data).get(key) === jsonsIn(other.data).get(key)
}

/** Ends a session that another replaces. */
export type Retire = (old: SessionRecord, next: SessionRecord, call: StoreCall) => Promise<'done' | 'gone'>

/** Creates the function that ends a replaced session without losing what was committed to it meanwhile. */
export function createRetire({ store, emit }: Environment): Retire {
  async function carryOver(theirs: Change, old: SessionRecord, next: SessionRecord, call: StoreCall) {
    const free = [...theirs].filter(([key]) => sameValue(old, next, key))
    const change: Change = new Map(
      free.map(([key, { mine }]) => [key, { mine, expected: next.data.get(key) }]),
    )
    const lost = [...theirs.keys()].filter((key) => !change.has(key))
    if (lost.length > 0)
      emit({ type: 'conflict', ref: refOf(next.key), dataKeys: lost, resolution: 'later-wins' })
    if (change.size === 0) return next
    const writeId = newWriteId()
    const { idleDeadline } = next
    await store.update(next, { writeId, ...writesOf(change, writeId), meta: undefined, idleDeadline }, call)
    return { ...next, data: applied(next.data, change, writeId), writeId }
  }

  return async function retire(old, next, call) {
    let [stored, successor] = [old, next]
    for (let round = 1; round <= CONFLICT_ROUNDS; round++) {
      const result = await store.retire(stored, call)
      if (result.outcome !== 'conflict') return result.outcome
      const theirs = changeOf(stored.data, jsonsIn(result.found.data))
      stored = result.found
      successor = await carryOver(theirs, old, successor, call)
      await jitter(round)
    }
    throw new SessionError('CONFLICT', 'too many requests changed the session while it got a new id')
  }
}
