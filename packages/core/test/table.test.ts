import {
  type CreateTableCommandInput,
  CreateTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb'
import { namedErrors } from '@dynamodb-session/local'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Sessions, type SessionsOptions, createSessions, newSessionId } from '../src/index.ts'
import { TableName, startDatabase } from './sessions-table.ts'

async function start(options: SessionsOptions = {}) {
  const { local, client } = await startDatabase()
  const another = (): Sessions => {
    const deadline = { totalMs: 5000, attemptMs: 2500 }
    const made = createSessions({ endpoint: local.endpoint, table: TableName, deadline, ...options })
    onTestFinished(() => made.close())
    return made
  }
  return { local, client, another, sessions: another() }
}

interface Shape {
  readonly key?: string
  readonly type?: 'S' | 'N'
  readonly sort?: string
  readonly ttl?: string
}

async function makeTable(
  client: DynamoDBClient,
  { key = 'id', type = 'S', sort, ttl }: Shape,
): Promise<void> {
  const input: CreateTableCommandInput = {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: key, AttributeType: type }],
    KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
  }
  if (sort !== undefined) {
    input.AttributeDefinitions?.push({ AttributeName: sort, AttributeType: 'S' })
    input.KeySchema?.push({ AttributeName: sort, KeyType: 'RANGE' })
  }
  await client.send(new CreateTableCommand(input))
  if (ttl === undefined) return
  const TimeToLiveSpecification = { Enabled: true, AttributeName: ttl }
  await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }))
}

describe('createTable', () => {
  it('creates the table with TTL on', async () => {
    const { sessions, client } = await start()
    expect(await sessions.createTable()).toBe('created')
    const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName }))
    expect(TimeToLiveDescription).toMatchObject({ AttributeName: 'expires' })
    expect(TimeToLiveDescription?.TimeToLiveStatus).toMatch(/^ENABL/)
    await expect(sessions.verifyTable()).resolves.toBeUndefined()
    expect(await sessions.createTable()).toBe('existed')
  })

  it('is safe when five run at once', async () => {
    const { another } = await start()
    const results = await Promise.all(Array.from({ length: 5 }, () => another().createTable()))
    expect(results.toSorted()).toEqual(['created', 'existed', 'existed', 'existed', 'existed'])
    await expect(another().verifyTable()).resolves.toBeUndefined()
  })

  it('uses the attribute names of the options', async () => {
    const { sessions } = await start({ attributes: { id: 'sid', expires: 'ttl' } })
    await sessions.createTable()
    await expect(sessions.verifyTable()).resolves.toBeUndefined()
  })
})

describe('verifyTable', () => {
  it('names createTable when there is no table', async () => {
    const { sessions } = await start()
    const message = expect.stringMatching(/does not exist: run createTable/) as string
    await expect(sessions.verifyTable()).rejects.toMatchObject({ code: 'TABLE_UNFIT', message })
  })

  it.each<[string, Shape, RegExp]>([
    ['another key name', { key: 'pk', ttl: 'expires' }, /partition key must be "id" of type S, but is "pk"/],
    ['a key of type N', { type: 'N', ttl: 'expires' }, /but is "id" of type N/],
    ['a sort key', { sort: 'sk', ttl: 'expires' }, /no sort key, but has "sk"/],
    ['TTL off', {}, /^TTL is off/],
    ['TTL on another attribute', { ttl: 'other' }, /^TTL works on "other", but must work on "expires"/],
  ])('says what is wrong: %s', async (_name, shape, pattern) => {
    const { sessions, client } = await start()
    await makeTable(client, shape)
    const message = expect.stringMatching(pattern) as string
    await expect(sessions.verifyTable()).rejects.toMatchObject({ code: 'TABLE_UNFIT', message })
  })
})

describe('mistakes of set-up', () => {
  it('names createTable when the table of a load is missing', async () => {
    const { sessions } = await start()
    const message = expect.stringContaining('createTable()') as string
    await expect(sessions.load(newSessionId())).rejects.toMatchObject({ code: 'MISCONFIGURED', message })
  })

  it('names the three permissions when access is denied, after one attempt', async () => {
    const { sessions, local } = await start()
    local.fail(namedErrors.AccessDeniedException)
    const message = expect.stringContaining('GetItem, PutItem and UpdateItem') as string
    await expect(sessions.load(newSessionId())).rejects.toMatchObject({ code: 'MISCONFIGURED', message })
    expect(local.requests).toHaveLength(1)
  })

  it('is unavailable while the credentials are expired', async () => {
    const { sessions, local } = await start()
    local.fail(namedErrors.ExpiredTokenException)
    await expect(sessions.load(newSessionId())).rejects.toMatchObject({ code: 'STORE_FAILED', status: 503 })
  })

  it('names the credentials when there are none', async () => {
    const absent = Object.assign(new Error('Could not load credentials'), {
      name: 'CredentialsProviderError',
    })
    const { sessions, local } = await start({ credentials: () => Promise.reject(absent) })
    const message = expect.stringContaining('no AWS credentials') as string
    await expect(sessions.load(newSessionId())).rejects.toMatchObject({ code: 'MISCONFIGURED', message })
    expect(local.requests).toHaveLength(0)
  })
})
