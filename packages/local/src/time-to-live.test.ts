import {
  DeleteTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb'
import { describe, expect, it } from 'vitest'
import { createTable, startDatabase, startTable, TableName } from '../test/local-table.ts'

const start = 1_800_000_000

function switchTTL(client: DynamoDBClient, Enabled: boolean, AttributeName = 'ttl'): Promise<unknown> {
  const TimeToLiveSpecification = { AttributeName, Enabled }
  return client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }))
}

function refused(message: string): object {
  return { name: 'ValidationException', message }
}

describe('expiry', () => {
  it('deletes what is expired by the clock and spares what was renewed', async () => {
    let now = start
    const { client, database, put, has } = await startTable({ clock: () => now })
    await switchTTL(client, true)
    await put('expiring', { ttl: { N: String(start + 10) } })
    await put('renewed', { ttl: { N: String(start + 10) } })
    expect(await database.sweep()).toBe(0)
    await put('renewed', { ttl: { N: String(start + 100) } })
    now += 11
    expect(await database.sweep()).toBe(1)
    expect([await has('expiring'), await has('renewed')]).toEqual([false, true])
  })

  it('spares texts, instants more than five years ago and items without the attribute', async () => {
    const { client, database, put } = await startTable({ clock: () => start })
    await switchTTL(client, true)
    await put('text', { ttl: { S: '5' } })
    await put('ancient', { ttl: { N: '5' } })
    await put('plain')
    expect(await database.sweep()).toBe(0)
  })

  it('deletes nothing while it is off', async () => {
    const { database, put } = await startTable({ clock: () => start })
    await put('a', { ttl: { N: String(start - 10) } })
    expect(await database.sweep()).toBe(0)
  })

  it('deletes by itself at the interval', async () => {
    const { client, put, has } = await startTable({ clock: () => start, ttlSweepIntervalMs: 10 })
    await switchTTL(client, true)
    await put('a', { ttl: { N: String(start - 10) } })
    await expect.poll(() => has('a')).toBe(false)
  })

  it('counts each item once when two sweeps are asked for', async () => {
    const { client, database, put } = await startTable({ clock: () => start })
    await switchTTL(client, true)
    await put('a', { ttl: { N: String(start - 10) } })
    expect(await Promise.all([database.sweep(), database.sweep()])).toEqual([1, 0])
  })
})

describe('the TTL state of a table', () => {
  it('is described', async () => {
    const { client } = await startTable()
    const describeIt = async (): Promise<unknown> =>
      (await client.send(new DescribeTimeToLiveCommand({ TableName }))).TimeToLiveDescription
    expect(await describeIt()).toEqual({ TimeToLiveStatus: 'DISABLED' })
    await switchTTL(client, true)
    expect(await describeIt()).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'ttl' })
  })

  it('is not set twice', async () => {
    const { client } = await startTable()
    await expect(switchTTL(client, false)).rejects.toMatchObject(refused('TimeToLive is already disabled'))
    await switchTTL(client, true)
    await expect(switchTTL(client, true)).rejects.toMatchObject(refused('TimeToLive is already enabled'))
    const other = 'TimeToLive is active on a different AttributeName: current AttributeName is ttl'
    await expect(switchTTL(client, true, 'end')).rejects.toMatchObject(refused(other))
  })

  it('needs a table', async () => {
    const { client } = await startDatabase()
    const missing = { name: 'ResourceNotFoundException' }
    await expect(switchTTL(client, true)).rejects.toMatchObject(missing)
    await expect(client.send(new DescribeTimeToLiveCommand({ TableName }))).rejects.toMatchObject(missing)
  })

  it('goes with the table', async () => {
    const { client } = await startTable()
    await switchTTL(client, true)
    await client.send(new DeleteTableCommand({ TableName }))
    await createTable(client)
    await expect(switchTTL(client, true)).resolves.toBeDefined()
  })
})
