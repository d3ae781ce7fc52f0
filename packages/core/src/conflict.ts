import { type Change, type KeyChange, jsonIn } from './change.ts'
import { SessionError } from './errors.ts'
import { parseValue } from './session-data.ts'
import type { StoredData } from './store.ts'

/** Unites two changes of one data key. `undefined` stands for absent, also as the answer. Must not have effects. */
export type ConflictResolver = (base: unknown, mine: unknown, theirs: unknown) => unknown

/**
 * What happens when two requests changed the same data key.
 *
 * - `'later-wins'` (default) the later commit is stored, and a `conflict` event says so
 * - `'reject'` the later commit fails with `CONFLICT`
 * - an object of resolvers by data key; keys without one follow `'later-wins'`
 */
export type ConflictPolicy = 'later-wins' | 'reject' | Readonly<Record<string, ConflictResolver>>

/** A change made to fit what is stored now. */
export interface Rebased {
  readonly change: Change
  /** Data keys that both sides changed, to different values. */
  readonly overwritten: readonly string[]
  readonly merged: readonly string[]
}

function valueIn(json: string | undefined): unknown {
  return json === undefined ? undefined : parseValue(json)
}

function resolved(resolve: ConflictResolver, { mine, expected }: KeyChange, theirs: string | undefined) {
  const value = resolve(valueIn(jsonIn(expected)), valueIn(mine), valueIn(theirs))
  return value === undefined ? undefined : JSON.stringify(value)
}

/**
 * Makes a change fit what is stored now: keys that nobody else touched stay, keys on which both agree are
 * dropped, keys that both changed follow the policy.
 *
 * @throws {SessionError} CONFLICT when the policy is `'reject'`
 */
export function rebase(change: Change, stored: StoredData, policy: ConflictPolicy): Rebased {
  const next = new Map<string, KeyChange>()
  const overwritten: string[] = []
  const merged: string[] = []
  for (const [key, mine] of change) {
    const theirs = stored.get(key)
    const theirJson = jsonIn(theirs)
    if (theirs === mine.expected) {
      next.set(key, mine)
      continue
    }
    if (theirJson === mine.mine) continue
    if (theirJson === jsonIn(mine.expected)) {
      next.set(key, { mine: mine.mine, expected: theirs }) // another version of the value this request started from
      continue
    }
    if (policy === 'reject')
      throw new SessionError('CONFLICT', 'another request changed the same session data')
    const resolve = policy === 'later-wins' || !Object.hasOwn(policy, key) ? undefined : policy[key]
    if (resolve) merged.push(key)
    else overwritten.push(key)
    next.set(key, { mine: resolve ? resolved(resolve, mine, theirJson) : mine.mine, expected: theirs })
  }
  return { change: next, overwritten, merged }
}
