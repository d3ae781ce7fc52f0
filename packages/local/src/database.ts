import type { Answer } from './answer.ts'
import { capacityUnitsOf, isCapacityUnasked, withoutCapacity } from './capacity.ts'
import type { Engine } from './engine.ts'
import { type ItemKeys, keyText } from './item-keys.ts'
import type { KeyedQueue } from './keyed-queue.ts'
import type { ReceivedRequest } from './received-request.ts'
import { withFailedItem } from './returned-item.ts'
import type { TimeToLive } from './time-to-live.ts'

/** What the database is made of. */
export interface DatabaseParts {
  readonly engine: Engine
  readonly timeToLive: TimeToLive
  readonly itemKeys: ItemKeys
  readonly queue: KeyedQueue
}

/** An answer and what it cost. */
export interface Applied {
  readonly answer: Answer
  readonly capacityUnits: number
}

/** Carries a request out: dynalite's answer, with what dynalite lacks added. */
export async function applyRequest(parts: DatabaseParts, request: ReceivedRequest): Promise<Applied> {
  switch (request.operation) {
    case 'UpdateTimeToLive':
    case 'DescribeTimeToLive':
      return { answer: await answerTimeToLive(parts, request), capacityUnits: 0 }
    case 'CreateTable':
    case 'DeleteTable':
      return { answer: await changeTable(parts, request), capacityUnits: 0 }
    default:
      return applyToItems(parts, request)
  }
}

/** Lets dynalite check the credentials and the table first, by a DescribeTable in the client's name. */
async function answerTimeToLive(parts: DatabaseParts, request: ReceivedRequest): Promise<Answer> {
  const headers = { ...request.headers, 'x-amz-target': 'DynamoDB_20120810.DescribeTable' }
  const body = request.input ? Buffer.from(JSON.stringify({ TableName: request.table })) : request.body
  const description = await parts.engine.send({ ...request, headers, body })
  if (description.status !== 200 || request.table === undefined) return description
  if (request.operation === 'DescribeTimeToLive') return parts.timeToLive.describe(request.table)
  return parts.timeToLive.update(request.table, request.input?.['TimeToLiveSpecification'])
}

async function changeTable(parts: DatabaseParts, request: ReceivedRequest): Promise<Answer> {
  const answer = await parts.engine.send(request)
  if (answer.status !== 200 || request.table === undefined) return answer
  parts.itemKeys.forget(request.table)
  parts.timeToLive.forget(request.table)
  await settled(parts.engine, request.table)
  return answer
}

/** dynalite ends a change of a table only after its answer; waits, so that the next request finds it ended. */
async function settled(engine: Engine, table: string): Promise<void> {
  const description = await engine.call('DescribeTable', { TableName: table })
  if (!/"TableStatus":"(?:CREATING|DELETING)"/.test(JSON.stringify(description ?? {}))) return
  await new Promise(setImmediate)
  await settled(engine, table)
}

async function applyToItems(parts: DatabaseParts, request: ReceivedRequest): Promise<Applied> {
  const { operation, input } = request
  if (input === undefined) return { answer: await parts.engine.send(request), capacityUnits: 0 }
  const isUnasked = isCapacityUnasked(operation, input)
  const body = isUnasked ? withCapacityAsked(input) : request.body
  const written = await parts.itemKeys.writtenBy(operation, input)
  const answer = await parts.queue.run(written.map(keyText), async () => {
    const sent = await parts.engine.send({ ...request, body })
    return withFailedItem(sent, input, { engine: parts.engine, written: written[0] })
  })
  const capacityUnits = capacityUnitsOf(answer)
  return { answer: isUnasked ? withoutCapacity(answer) : answer, capacityUnits }
}

function withCapacityAsked(input: object): Buffer {
  return Buffer.from(JSON.stringify({ ...input, ReturnConsumedCapacity: 'TOTAL' }))
}
