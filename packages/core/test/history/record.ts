import { FIRST_DATA } from './plan.ts'

/** Whether an operation happened: yes, not at all as far as it says, or nobody knows. */
export type Result = 'ok' | 'gone' | 'fail' | 'info'

/** One operation as its request saw it. Instants count the entries of the history. */
export interface Operation {
  readonly request: string
  readonly kind: 'commit' | 'touch' | 'logout'
  /** Data key → the value written; `undefined`: removed. */
  readonly changes: ReadonlyMap<string, string | undefined>
  readonly invoked: number
  ended: number
  result: Result
}

/** What a history shows to be wrong. */
export interface Findings {
  readonly lost: string[]
  readonly resurrected: boolean
  readonly wronglyGone: string[]
}

interface Write {
  readonly value: string | undefined
  readonly invoked: number
  readonly ended: number
  readonly sure: boolean
}

function writesOf(operations: readonly Operation[], key: string): Write[] {
  const first = { value: FIRST_DATA[key], invoked: -1, ended: -1, sure: true }
  const writes = operations.filter(({ changes, result }) => changes.has(key) && result !== 'gone')
  return [
    first,
    ...writes.map(({ changes, invoked, ended, result }) => {
      const sure = result === 'ok'
      return { value: changes.get(key), invoked, ended: sure ? ended : Infinity, sure }
    }),
  ]
}

/** The final value must be of a write that no acknowledged one came after. */
function isExplained(writes: readonly Write[], value: unknown): boolean {
  return writes.some(
    (write) => write.value === value && !writes.some((other) => other.sure && other.invoked > write.ended),
  )
}

/** Compares what was acknowledged with what a clean read finds in the end. */
export function check(operations: readonly Operation[], last: Record<string, unknown> | undefined): Findings {
  const logouts = operations.filter(({ kind }) => kind === 'logout')
  const resurrected = logouts.some(({ result }) => result === 'ok') && last !== undefined
  if (logouts.length > 0) return { lost: [], resurrected, wronglyGone: [] }
  const gone = operations.filter(({ result }) => result === 'gone').map(({ request }) => request)
  const keys = new Set([
    ...Object.keys(FIRST_DATA),
    ...operations.flatMap(({ changes }) => [...changes.keys()]),
  ])
  const lost = [...keys].filter((key) => !isExplained(writesOf(operations, key), last?.[key]))
  return { lost, resurrected, wronglyGone: last === undefined ? ['the session', ...gone] : gone }
}
