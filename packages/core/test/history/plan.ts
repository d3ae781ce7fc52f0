import { seededRandom } from './seeded-random.ts'

/** What one simulated request does after it has loaded the session. */
export type Step =
  | { kind: 'commit'; set: readonly string[]; remove: readonly string[] }
  | { kind: 'touch' }
  | { kind: 'logout' }

/** One simulated request: when it starts and how long it thinks, in turns of the event loop. */
export interface PlannedRequest {
  readonly name: string
  readonly startsAfter: number
  readonly thinks: number
  readonly step: Step
}

/** Data keys of every session when a history begins. */
export const FIRST_DATA: Readonly<Record<string, string>> = {
  shared0: 'first',
  shared1: 'first',
  old0: 'first',
  old1: 'first',
}

function stepOf(random: () => number, index: number): Step {
  if (random() < 0.15) return { kind: 'touch' }
  const set = [`own${index}`]
  if (random() < 0.4) set.push(`shared${Math.floor(random() * 2)}`)
  const remove = random() < 0.2 ? [`old${Math.floor(random() * 2)}`] : []
  return { kind: 'commit', set, remove }
}

/** The requests of a history; the same for the same seed. */
export function planOf(seed: number): PlannedRequest[] {
  const random = seededRandom(seed)
  const count = random() < 0.1 ? 50 : 2 + Math.floor(random() * 10)
  const logout = random() < 0.4 ? Math.floor(random() * count) : -1
  return Array.from({ length: count }, (_, index) => ({
    name: `r${index}`,
    startsAfter: Math.floor(random() * 4),
    thinks: 1 + Math.floor(random() * 3),
    step: index === logout ? { kind: 'logout' } : stepOf(random, index),
  }))
}
