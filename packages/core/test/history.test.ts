import { expect, it } from 'vitest'
import { type Subjects, runHistories } from './history/run.ts'
import { naive, ours } from './history/subjects.ts'
import { TableName, startSessions, textOf } from './sessions-table.ts'

const HISTORIES = Number(process.env['HISTORIES'] ?? 24)
const SEED = Number(process.env['HISTORY_SEED'] ?? 1)
const ATTEMPT_MS = 250
const LATE_MS = 500
const AT_ONCE = 4
const HURRIED = { deadline: { totalMs: 6000, attemptMs: ATTEMPT_MS }, retry: { attempts: 5 } }
// Four histories at once are a busy moment for two cores; a long run takes its time.
const PATIENCE_MS = 60_000 + HISTORIES * 2000

type Table = Awaited<ReturnType<typeof startSessions>>

async function run(name: string, subjectsOf: (table: Table) => Subjects) {
  const table = await startSessions({}, SEED)
  const { local, events } = table
  const subjects = subjectsOf(table)
  const seeds = Array.from({ length: HISTORIES }, (_, index) => SEED * 1_000_003 + index)
  const ended = []
  for (let from = 0; from < seeds.length; from += AT_ONCE) {
    ended.push(...(await runHistories(local, subjects, seeds.slice(from, from + AT_ONCE), LATE_MS)))
  }
  const operations = ended.flatMap((history) => history.operations)
  const counts = {
    histories: ended.length,
    operations: operations.length,
    acknowledged: operations.filter(({ result }) => result === 'ok').length,
    unknown: operations.filter(({ result }) => result === 'info').length,
    faults: local.requests.filter(({ fault }) => fault !== undefined).length,
    recovered: events.filter(({ type }) => type === 'recovered').length,
    lost: ended.reduce((sum, { findings }) => sum + findings.lost.length, 0),
    resurrected: ended.filter(({ findings }) => findings.resurrected).length,
  }
  console.log(`${name}, HISTORY_SEED=${SEED}:`, JSON.stringify(counts))
  const wrong = ended.filter(
    ({ findings: { lost, resurrected, wronglyGone } }) =>
      lost.length > 0 || resurrected || wronglyGone.length > 0,
  )
  return { counts, wrong }
}

it(
  'loses no acknowledged change and revives no session that was logged out',
  async () => {
    const { counts, wrong } = await run('sessions', ({ sessions, another }) => ({
      hurried: ours(another(HURRIED)),
      patient: ours(sessions),
    }))
    expect(wrong, `HISTORY_SEED=${SEED}\n${textOf(wrong)}`).toEqual([])
    expect(counts.histories).toBe(HISTORIES)
    expect(counts.acknowledged).toBeGreaterThan(HISTORIES)
    expect(counts.faults).toBeGreaterThan(HISTORIES)
    expect(counts.recovered).toBeGreaterThan(0)
  },
  PATIENCE_MS,
)

it(
  'finds lost changes and revived sessions in a store that gets, puts and deletes',
  async () => {
    const { counts } = await run('naive', ({ client }) => ({
      hurried: naive(client, TableName, ATTEMPT_MS),
      patient: naive(client, TableName, 5000),
    }))
    expect(counts.lost).toBeGreaterThan(0)
    expect(counts.resurrected).toBeGreaterThan(0)
  },
  PATIENCE_MS,
)
