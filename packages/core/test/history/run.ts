import { setImmediate as turn } from 'node:timers/promises'
import type { LocalDynamoDB } from '@dynamodb-session/local'
import { newSessionId } from '../../src/index.ts'
import { FIRST_DATA, type PlannedRequest, planOf } from './plan.ts'
import { type Findings, type Operation, check } from './record.ts'
import type { Opened, Subject } from './subjects.ts'

/** A finished history. */
export interface Ended {
  readonly seed: number
  readonly operations: readonly Operation[]
  readonly last: Record<string, unknown> | undefined
  readonly findings: Findings
}

/** The same store twice: with short attempts for the requests, with long ones to begin and to read in the end. */
export interface Subjects {
  readonly hurried: Subject
  readonly patient: Subject
}

/** Faults that befall one request in six, drawn from the seed of the database. */
export function injectFaults(local: LocalDynamoDB, lateMs: number): void {
  const writes = ['PutItem', 'UpdateItem', 'DeleteItem']
  const broken = { kind: 'error', status: 500, name: 'InternalServerError' } as const
  local.fail({ kind: 'drop-response', probability: 0.06 })
  local.fail({ kind: 'late', ms: lateMs, operation: writes, probability: 0.05 })
  local.fail({ kind: 'drop-request', probability: 0.03 })
  local.fail({ ...broken, probability: 0.02 })
  local.fail({ ...broken, applied: true, probability: 0.04 })
}

async function turns(count: number): Promise<void> {
  for (let done = 0; done < count; done++) await turn()
}

function changesOf(
  { name, step }: PlannedRequest,
  loaded: Record<string, unknown>,
): Map<string, string | undefined> {
  if (step.kind !== 'commit') return new Map()
  const removed = step.remove.filter((key) => Object.hasOwn(loaded, key))
  return new Map([
    ...step.set.map((key): [string, string] => [key, name]),
    ...removed.map((key): [string, undefined] => [key, undefined]),
  ])
}

function act({ step }: PlannedRequest, opened: Opened, changes: ReadonlyMap<string, string | undefined>) {
  if (step.kind === 'touch') return opened.touch()
  if (step.kind === 'logout') return opened.logout()
  return opened.commit({ ...opened.data, ...Object.fromEntries(changes) })
}

async function simulate(
  planned: PlannedRequest,
  subject: Subject,
  id: string,
  tick: () => number,
  log: Operation[],
) {
  await turns(planned.startsAfter)
  const opened = await subject.open(id).catch(() => undefined)
  if (!opened) return
  await turns(planned.thinks)
  const changes = changesOf(planned, opened.data)
  const { name: request, step } = planned
  const operation: Operation = {
    request,
    kind: step.kind,
    changes,
    invoked: tick(),
    ended: Infinity,
    result: 'info',
  }
  log.push(operation)
  // A failed answer leaves open whether an attempt was applied, whatever the error says: it stays `info`.
  operation.result = await act(planned, opened, changes).catch(() => 'info' as const)
  operation.ended = tick()
}

/** Runs histories at once, each on a session of its own; then heals, waits for what is late, and reads cleanly. */
export async function runHistories(
  local: LocalDynamoDB,
  { hurried, patient }: Subjects,
  seeds: readonly number[],
  lateMs: number,
): Promise<Ended[]> {
  const begun = seeds.map((seed) => ({ seed, id: newSessionId(), operations: [] as Operation[] }))
  for (const { id } of begun) await patient.create(id, FIRST_DATA)
  injectFaults(local, lateMs)
  await Promise.all(
    begun.map(async ({ seed, id, operations }) => {
      let instant = 0
      const tick = (): number => ++instant
      await Promise.all(planOf(seed).map((planned) => simulate(planned, hurried, id, tick, operations)))
    }),
  )
  local.heal()
  await local.idle()
  const ended: Ended[] = []
  for (const { seed, id, operations } of begun) {
    const last = (await patient.open(id))?.data
    ended.push({ seed, operations, last, findings: check(operations, last) })
  }
  return ended
}
