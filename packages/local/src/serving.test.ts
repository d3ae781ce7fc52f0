import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { describe, expect, it } from 'vitest'
import { type LocalTable, startTable, TableName } from '../test/local-table.ts'
import { type ErrorName, type FaultRule, namedErrors } from './index.ts'

/** A put that the client gives up after the time. */
function putWithin(table: LocalTable, timeoutMs: number): Promise<unknown> {
  const put = new PutItemCommand({ TableName, Item: { id: { S: 'a' } } })
  return table.client.send(put, { abortSignal: AbortSignal.timeout(timeoutMs) })
}

describe('a fault that loses the answer', () => {
  it.each<[FaultRule['kind'], FaultRule, boolean]>([
    ['drop-request', { kind: 'drop-request', operation: 'PutItem' }, false],
    ['reset', { kind: 'reset', operation: 'PutItem' }, false],
    ['drop-response', { kind: 'drop-response', operation: 'PutItem' }, true],
    ['truncate', { kind: 'truncate', operation: 'PutItem' }, true],
  ])('of the kind %s fails the call; applied: see the rule', async (kind, rule, isApplied) => {
    const table = await startTable()
    table.database.fail(rule)
    await expect(table.put('a')).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(table.database.requests.at(-1)?.fault).toBe(kind)
    expect(await table.has('a')).toBe(isApplied)
  })

  it('swallows a request in a black hole until healed', async () => {
    const table = await startTable({ faults: [{ kind: 'black-hole', operation: 'PutItem' }] })
    await expect(putWithin(table, 50)).rejects.toThrow('aborted')
    const held = table.put('a').catch(String)
    await expect.poll(() => table.database.requests.length).toBe(3)
    table.database.heal()
    expect(await held).toContain('socket hang up')
    expect(await table.has('a')).toBe(false)
  })
})

describe('a fault that takes time', () => {
  it('of the kind late applies a request whose client has gone', async () => {
    const table = await startTable({ faults: [{ kind: 'late', ms: 100, operation: 'PutItem' }] })
    await expect(putWithin(table, 30)).rejects.toThrow('aborted')
    expect(table.database.requests.at(-1)?.status).toBe(0)
    expect(await table.has('a')).toBe(true)
  })

  it('of the kind latency-before does not apply a request whose client has gone', async () => {
    const table = await startTable({ faults: [{ kind: 'latency-before', ms: 100, operation: 'PutItem' }] })
    await expect(putWithin(table, 30)).rejects.toThrow('aborted')
    expect(await table.has('a')).toBe(false)
  })

  it.each(['latency-before', 'latency-after', 'late'] as const)(
    'of the kind %s answers later',
    async (kind) => {
      const table = await startTable({ faults: [{ kind, ms: 60, operation: 'PutItem' }] })
      const begun = performance.now()
      await table.put('a')
      expect(performance.now() - begun).toBeGreaterThan(55)
      expect(await table.has('a')).toBe(true)
    },
  )

  it('of the kind latency-after has applied before the answer', async () => {
    const table = await startTable({ faults: [{ kind: 'latency-after', ms: 100, operation: 'PutItem' }] })
    await expect(putWithin(table, 30)).rejects.toThrow('aborted')
    expect(await table.has('a')).toBe(true)
  })
})

describe('an injected error', () => {
  it.each(Object.keys(namedErrors) as ErrorName[])('reaches the SDK as %s', async (name) => {
    const table = await startTable()
    table.database.fail({ ...namedErrors[name], operation: 'PutItem' })
    await expect(table.put('a')).rejects.toMatchObject({ name })
    expect(await table.has('a')).toBe(false)
  })

  it('spells the throttling reasons as DynamoDB does', async () => {
    const table = await startTable()
    const resource = `arn:aws:dynamodb:us-east-1:000000000000:table/${TableName}`
    const fields = {
      ThrottlingException: 'throttlingReasons',
      RequestLimitExceeded: 'ThrottlingReasons',
    } as const
    for (const name of ['ThrottlingException', 'RequestLimitExceeded'] as const) {
      table.database.heal()
      table.database.fail({ ...namedErrors[name], operation: 'PutItem', reasons: ['Some'] })
      const list = [{ reason: 'Some', resource }]
      await expect(table.put('a')).rejects.toMatchObject({ name, [fields[name]]: list })
    }
  })

  it('applies the request first if told to', async () => {
    const table = await startTable()
    table.database.fail({ ...namedErrors.InternalServerError, operation: 'PutItem', applied: true })
    await expect(table.put('a')).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } })
    expect(table.database.requests.at(-1)?.status).toBe(500)
    expect(await table.has('a')).toBe(true)
  })
})
