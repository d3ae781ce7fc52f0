import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import {
  type Transport,
  createSender,
  createSessions,
  dynamoDBStore,
  memoryStore,
  sdkTransport,
} from '@dynamodb-session/core'
import { type LocalDynamoDB, startLocalDynamoDB } from '@dynamodb-session/local'
import { afterAll, beforeAll } from 'vitest'
import { type OpenedStore, storeConformance } from '../src/store-conformance.ts'

const PATIENCE = { attemptMs: 5000, attempts: 3, baseMs: 25, capMs: 200 }

let database: LocalDynamoDB
let client: DynamoDBClient
let tables = 0

beforeAll(async () => {
  database = await startLocalDynamoDB({ ttlSweepIntervalMs: 0 })
  client = new DynamoDBClient({
    endpoint: database.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  })
})

afterAll(async () => {
  client.destroy()
  await database.stop()
})

/** A store on a table of its own. */
async function openDynamoDBStore(wrap: (transport: Transport) => Transport): Promise<OpenedStore> {
  const table = `sessions-${++tables}`
  const deadline = { totalMs: 20_000, attemptMs: 5000 }
  const sessions = createSessions({ endpoint: database.endpoint, table, deadline })
  await sessions.createTable()
  sessions.close()
  const send = createSender(wrap(sdkTransport(client)), PATIENCE)
  const store = dynamoDBStore(send, { table, names: { id: 'id', expires: 'expires' } }, true)
  return { store, close: async () => {} }
}

/** An engine that does not say which item stood in the way. */
function withoutItems(transport: Transport): Transport {
  return {
    async send(...request) {
      try {
        return await transport.send(...request)
      } catch (error) {
        if (error instanceof Error && 'Item' in error) delete error.Item
        throw error
      }
    },
  }
}

storeConformance('memory', async () => ({ store: memoryStore(), close: async () => {} }))
storeConformance('dynamodb', () => openDynamoDBStore((transport) => transport))
storeConformance('dynamodb, without the blocking item,', () => openDynamoDBStore(withoutItems))
