import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb'
import type { Sessions } from '../../src/index.ts'

type Data = Record<string, unknown>

/** A session that one request has loaded. */
export interface Opened {
  readonly data: Data
  commit(data: Data): Promise<'ok' | 'gone'>
  touch(): Promise<'ok' | 'gone'>
  logout(): Promise<'ok'>
}

/** A store under test. */
export interface Subject {
  create(id: string, data: Data): Promise<unknown>
  open(id: string): Promise<Opened | undefined>
}

/** These sessions. */
export function ours(sessions: Sessions): Subject {
  return {
    create: (id, data) => sessions.commit(id, { data }),
    async open(id) {
      const loaded = await sessions.load(id)
      if (!loaded) return undefined
      return {
        data: loaded.data,
        commit: async (data) => ((await sessions.commit(id, { loaded, data })) === 'gone' ? 'gone' : 'ok'),
        touch: async () => ((await sessions.touch(id, { loaded })) === 'gone' ? 'gone' : 'ok'),
        async logout() {
          await sessions.destroy(id, { loaded })
          return 'ok'
        },
      }
    },
  }
}

/** What most stores do: read the whole session, write the whole session, delete it. */
export function naive(client: DynamoDBClient, table: string, attemptMs: number): Subject {
  async function send(command: unknown): Promise<{ Item?: Record<string, { S?: string }> | undefined }> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await client.send(command as GetItemCommand, { abortSignal: AbortSignal.timeout(attemptMs) })
      } catch (error) {
        if (attempt === 4) throw error
      }
    }
  }
  const save = (id: string, data: Data) =>
    send(new PutItemCommand({ TableName: table, Item: { id: { S: id }, data: { S: JSON.stringify(data) } } }))
  return {
    create: save,
    async open(id) {
      const { Item: item } = await send(
        new GetItemCommand({ TableName: table, Key: { id: { S: id } }, ConsistentRead: true }),
      )
      if (!item) return undefined
      const loaded = JSON.parse(item['data']?.S ?? '{}') as Data
      const write = async (data: Data): Promise<'ok'> => {
        await save(id, data)
        return 'ok'
      }
      return {
        data: { ...loaded },
        commit: write,
        touch: () => write(loaded),
        async logout() {
          await send(new DeleteItemCommand({ TableName: table, Key: { id: { S: id } } }))
          return 'ok'
        },
      }
    },
  }
}
