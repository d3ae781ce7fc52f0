import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DescribeTimeToLiveCommand, GetItemCommand, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createTable, startDatabase, startTable, TableName } from '../test/local-table.ts'
import { startLocalDynamoDB } from './index.ts'

describe('a local DynamoDB', () => {
  it('has a table within a second', async () => {
    const begun = performance.now()
    const { put, has } = await startTable()
    await put('a')
    expect(await has('a')).toBe(true)
    expect(performance.now() - begun).toBeLessThan(1000)
  })

  it('takes an item as soon as the table is created', async () => {
    const { database, put } = await startTable()
    await put('a')
    expect(database.requests.map(({ status }) => status)).toEqual([200, 200])
  })

  it('refuses a request without credentials', async () => {
    const { database } = await startTable()
    for (const operation of ['GetItem', 'UpdateTimeToLive']) {
      const headers = {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
      }
      const answer = await fetch(database.endpoint, { method: 'POST', headers, body: '{}' })
      expect(await answer.text()).toContain('MissingAuthenticationTokenException')
    }
  })

  it('survives a client that drops in the middle of a body', async () => {
    const { database, put } = await startTable()
    await dropMidBody(Number(new URL(database.endpoint).port))
    await database.idle()
    await put('a')
    expect(database.requests.map(({ operation }) => operation)).toEqual(['CreateTable', 'PutItem'])
  })

  it('survives bytes that are not HTTP', async () => {
    const { database, put } = await startTable()
    const socket = connect(Number(new URL(database.endpoint).port), '127.0.0.1', () =>
      socket.write('no\r\n\r\n'),
    )
    await new Promise((resolve) => socket.once('close', resolve))
    await expect(put('a')).resolves.toBeDefined()
  })

  it('keeps items and TTL state in a folder', async () => {
    const path = mkdtempSync(join(tmpdir(), 'dynamodb-session-local-'))
    onTestFinished(() => rmSync(path, { recursive: true, force: true }))
    const first = await startTable({ path })
    await first.put('a')
    const specification = { AttributeName: 'ttl', Enabled: true }
    await first.client.send(
      new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: specification }),
    )
    await first.database.stop()

    const second = await startDatabase({ path })
    expect(await second.has('a')).toBe(true)
    const described = await second.client.send(new DescribeTimeToLiveCommand({ TableName }))
    expect(described.TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'ttl' })
  })

  it('names the port that is in use', async () => {
    const { database } = await startDatabase()
    const port = Number(new URL(database.endpoint).port)
    const message = `Port ${port} on 127.0.0.1 is in use. Choose another with the option \`port\` (\`--port\`).`
    await expect(startLocalDynamoDB({ port })).rejects.toThrow(message)
  })

  it('stops once, however often it is asked, and with requests held back', async () => {
    const { database, put } = await startTable({
      faults: [{ kind: 'late', ms: 60_000, operation: 'PutItem' }],
    })
    const lost = put('a').catch(String)
    await expect.poll(() => database.requests.length).toBe(2)
    await Promise.all([database.stop(), database.stop()])
    await database.stop()
    expect(await lost).toContain('socket hang up')
    await expect(fetch(database.endpoint)).rejects.toThrow('fetch failed')
  })
})

describe('recording', () => {
  it('notes operation, table, sizes and capacity, without showing capacity nobody asked for', async () => {
    const { client, database, put } = await startTable()
    await put('a', { text: { S: 'x'.repeat(1500) } })
    database.clearRequests()
    const answer = await client.send(new GetItemCommand({ TableName, Key: { id: { S: 'a' } } }))
    await put('b', { text: { S: 'x'.repeat(1500) } })
    expect(answer.ConsumedCapacity).toBeUndefined()
    expect(database.requests).toMatchObject([
      { operation: 'GetItem', table: TableName, status: 200, capacityUnits: 0.5, input: { TableName } },
      { operation: 'PutItem', table: TableName, status: 200, capacityUnits: 2 },
    ])
    expect(database.requests[0]?.responseBytes).toBeGreaterThan(1500)
    expect(database.requests[1]?.requestBytes).toBeGreaterThan(1500)
  })

  it('shows the capacity to a client that asks for it', async () => {
    const { client } = await startTable()
    const read = { TableName, Key: { id: { S: 'a' } }, ReturnConsumedCapacity: 'TOTAL' } as const
    expect((await client.send(new GetItemCommand(read))).ConsumedCapacity?.CapacityUnits).toBe(0.5)
  })

  it('begins anew when the list is emptied', async () => {
    const { database, client } = await startDatabase()
    await createTable(client)
    database.requests.length = 0
    await client.send(new GetItemCommand({ TableName, Key: { id: { S: 'a' } } }))
    expect(database.requests).toHaveLength(1)
  })
})

function dropMidBody(port: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\n{"half":', () =>
        socket.resetAndDestroy(),
      )
    })
    socket.once('close', () => resolve())
  })
}
