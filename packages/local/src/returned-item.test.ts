import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { describe, expect, it } from 'vitest'
import { startTable, TableName } from '../test/local-table.ts'

const condition = {
  TableName,
  ConditionExpression: 'v = :v',
  ExpressionAttributeValues: { ':v': { N: '9' } },
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
} as const

function conditionalWrites(id: string): Record<string, (client: DynamoDBClient) => Promise<unknown>> {
  const Key = { id: { S: id } }
  const update = { ...condition, Key, UpdateExpression: 'SET w = :v' }
  return {
    PutItem: (client) => client.send(new PutItemCommand({ ...condition, Item: Key })),
    UpdateItem: (client) => client.send(new UpdateItemCommand(update)),
    DeleteItem: (client) => client.send(new DeleteItemCommand({ ...condition, Key })),
  }
}

describe('a failed condition with ALL_OLD', () => {
  it.each(['PutItem', 'UpdateItem', 'DeleteItem'])('returns the item that failed %s', async (operation) => {
    const { client, put } = await startTable()
    await put('a', { v: { N: '1' } })
    const error = await failureOf(conditionalWrites('a')[operation]?.(client))
    expect(error.Item).toEqual({ id: { S: 'a' }, v: { N: '1' } })
  })

  it.each(['PutItem', 'UpdateItem', 'DeleteItem'])('returns no item if %s finds none', async (operation) => {
    const { client } = await startTable()
    const error = await failureOf(conditionalWrites('missing')[operation]?.(client))
    expect(error.Item).toBeUndefined()
  })

  it('returns no item unless asked to', async () => {
    const { client, put } = await startTable()
    await put('a', { v: { N: '1' } })
    const { ReturnValuesOnConditionCheckFailure: _, ...plain } = condition
    const error = await failureOf(client.send(new DeleteItemCommand({ ...plain, Key: { id: { S: 'a' } } })))
    expect(error.Item).toBeUndefined()
  })

  it('returns the very item that failed, however many write at once', async () => {
    const { client, put } = await startTable()
    await put('a', { v: { N: '0' } })
    const attempts = Array.from({ length: 50 }, (_, next) => compareAndSet(client, next))
    const seen = await Promise.all(attempts)
    expect(seen.filter(({ wanted, found }) => wanted === found)).toEqual([])
  })
})

/** Moves the version on if it is as wanted; else says which was found. */
async function compareAndSet(
  client: DynamoDBClient,
  wanted: number,
): Promise<{ wanted: number; found: number }> {
  const update = new UpdateItemCommand({
    ...condition,
    Key: { id: { S: 'a' } },
    UpdateExpression: 'SET v = :next',
    ExpressionAttributeValues: { ':v': { N: String(wanted) }, ':next': { N: String(wanted + 1) } },
  })
  try {
    await client.send(update)
    return { wanted, found: -1 }
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    return { wanted, found: Number(error.Item?.['v']?.N) }
  }
}

async function failureOf(write: Promise<unknown> | undefined): Promise<ConditionalCheckFailedException> {
  const error: unknown = await write?.catch((reason: unknown) => reason)
  if (error instanceof ConditionalCheckFailedException) return error
  throw new Error('The condition did not fail', { cause: error })
}
