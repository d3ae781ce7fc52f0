import { CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { onTestFinished } from 'vitest'
import { type LocalDynamoDB, type LocalDynamoDBOptions, startLocalDynamoDB } from '../src/index.ts'

/** The table every test uses. */
export const TableName = 'sessions'

/** A database of the test's own, and a client that tries once. */
export interface LocalTable {
  readonly database: LocalDynamoDB
  readonly client: DynamoDBClient
  readonly put: (id: string, attributes?: Record<string, { S: string } | { N: string }>) => Promise<unknown>
  /** Whether the item is there, once nothing is under way. */
  readonly has: (id: string) => Promise<boolean>
}

/** Starts a database without a table; both end with the test. */
export async function startDatabase(options: LocalDynamoDBOptions = {}): Promise<LocalTable> {
  const database = await startLocalDynamoDB({ ttlSweepIntervalMs: 0, ...options })
  const client = clientOf(database.endpoint)
  onTestFinished(async () => {
    client.destroy()
    await database.stop()
  })
  return {
    database,
    client,
    put: (id, attributes) =>
      client.send(new PutItemCommand({ TableName, Item: { id: { S: id }, ...attributes } })),
    async has(id) {
      await database.idle()
      const read = new GetItemCommand({ TableName, Key: { id: { S: id } }, ConsistentRead: true })
      return (await client.send(read)).Item !== undefined
    },
  }
}

/** Starts a database with the table. */
export async function startTable(options: LocalDynamoDBOptions = {}): Promise<LocalTable> {
  const table = await startDatabase(options)
  await createTable(table.client)
  return table
}

/** A client that tries once. */
export function clientOf(endpoint: string): DynamoDBClient {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  return new DynamoDBClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 })
}

/** Creates the table with the key `id`. */
export async function createTable(client: DynamoDBClient): Promise<void> {
  const create = new CreateTableCommand({
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  })
  await client.send(create)
}
