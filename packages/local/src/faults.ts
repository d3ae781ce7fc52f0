import type { Fault, FaultRule } from './fault-rule.ts'
import { seededRandom } from './seeded-random.ts'

/** The rules in force, and the choice among them. */
export interface Faults {
  /** Adds a rule; returns what removes it. */
  add(rule: FaultRule): () => void
  /** Removes all rules. */
  clear(): void
  /** Counts the request for every rule it matches; returns the fault of the first that strikes. */
  choose(request: { operation: string; input: unknown }): Fault | undefined
}

interface ActiveRule {
  readonly rule: FaultRule
  readonly random: () => number
  matched: number
  struck: number
}

/** Rules in the order they were added; each draws from a generator of its own, so others do not disturb it. */
export function createFaults(seed: number): Faults {
  const active = new Set<ActiveRule>()
  let added = 0
  return {
    add(rule) {
      const entry = { rule, random: seededRandom(seed + added), matched: 0, struck: 0 }
      added += 1
      active.add(entry)
      return () => void active.delete(entry)
    },
    clear() {
      active.clear()
    },
    choose({ operation, input }) {
      const due = [...active].filter((entry) => matches(entry.rule, operation, input) && isDue(entry))
      const first = due[0]
      if (first === undefined) return undefined
      first.struck += 1
      return first.rule
    },
  }
}

function matches(rule: FaultRule, operation: string, input: unknown): boolean {
  const operations = rule.operation === undefined ? [operation] : [rule.operation].flat()
  return operations.includes(operation) && (rule.when?.(input) ?? true)
}

/** Counts the call and draws even when another condition fails, so that a sequence depends on the calls alone. */
function isDue(entry: ActiveRule): boolean {
  const { rule } = entry
  entry.matched += 1
  const drawn = rule.probability === undefined || entry.random() < rule.probability
  const called = rule.calls === undefined || rule.calls.includes(entry.matched)
  return drawn && called && entry.struck < (rule.times ?? Infinity)
}
