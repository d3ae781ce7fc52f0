import { inspect } from 'node:util'
import { type AttributeValue, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { type LocalDynamoDB, startLocalDynamoDB } from '@dynamodb-session/local'
import { onTestFinished } from 'vitest'
import { type SessionEvent, type Sessions, type SessionsOptions, createSessions } from '../src/index.ts'

/** The table of every test. */
export const TableName = 'sessions'
/** When every test begins, in epoch seconds. */
export const START = 1_800_000_000

/** Sessions on a database of the test's own, with a clock that the test moves. */
export interface SessionsTable {
  readonly local: LocalDynamoDB
  readonly client: DynamoDBClient
  readonly sessions: Sessions
  readonly events: SessionEvent[]
  readonly time: { now: number }
  /** More sessions on the same table. */
  another(options?: SessionsOptions): Sessions
  /** Every item of the table. */
  dump(): Promise<Record<string, AttributeValue>[]>
  /** The operations since the last `clearRequests()`. */
  operations(): string[]
}

/** A client that tries once. */
export function clientOf(endpoint: string): DynamoDBClient {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  return new DynamoDBClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 })
}

/** A database without a table; it ends with the test. */
export async function startDatabase(seed = 1): Promise<{ local: LocalDynamoDB; client: DynamoDBClient }> {
  const local = await startLocalDynamoDB({ ttlSweepIntervalMs: 0, seed })
  const client = clientOf(local.endpoint)
  onTestFinished(async () => {
    client.destroy()
    await local.stop()
  })
  return { local, client }
}

/** A database with the table, and sessions in it. Time limits are wide, so that a busy machine fails no test. */
export async function startSessions(options: SessionsOptions = {}, seed = 1): Promise<SessionsTable> {
  const { local, client } = await startDatabase(seed)
  const events: SessionEvent[] = []
  const time = { now: START }
  const another = (own: SessionsOptions = {}): Sessions => {
    const made = createSessions({
      endpoint: local.endpoint,
      table: TableName,
      clock: () => time.now,
      onEvent: (event) => void events.push(event),
      deadline: { totalMs: 10_000, attemptMs: 5_000 },
      ...own,
    })
    onTestFinished(() => made.close())
    return made
  }
  const sessions = another(options)
  await sessions.createTable()
  local.clearRequests()
  return {
    local,
    client,
    sessions,
    events,
    time,
    another,
    dump: async () => (await client.send(new ScanCommand({ TableName, ConsistentRead: true }))).Items ?? [],
    operations: () => local.requests.map(({ operation }) => operation),
  }
}

/** Everything a value shows when printed. */
export function textOf(value: unknown): string {
  return inspect(value, { depth: 12, showHidden: true, maxStringLength: null, maxArrayLength: null })
}
