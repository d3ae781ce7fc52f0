import type { Engine } from './engine.ts'
import { type ItemKeys, keyOf, keyText } from './item-keys.ts'
import { isJSONObject, type JSONObject } from './json-object.ts'
import type { KeyedQueue } from './keyed-queue.ts'
import type { TimeToLive } from './time-to-live.ts'

const fiveYears = 5 * 365 * 24 * 60 * 60

/** What a sweep works with. */
export interface SweepParts {
  readonly engine: Engine
  readonly timeToLive: TimeToLive
  readonly itemKeys: ItemKeys
  readonly queue: KeyedQueue
  readonly clock: () => number
}

/** Deletes expired items, one sweep at a time. */
export interface Sweeper {
  /** Deletes what has expired by the clock in every table; returns how many items. */
  sweep(): Promise<number>
  /** Resolves when no sweep is under way. */
  idle(): Promise<void>
}

/** A sweep asked for during another waits for it, because the clock may have moved. */
export function createSweeper(parts: SweepParts): Sweeper {
  let last: Promise<void> = Promise.resolve()
  return {
    sweep() {
      const sweep = last.then(() => sweepTables(parts))
      last = sweep.then(
        () => undefined,
        () => undefined,
      )
      return sweep
    },
    idle: () => last,
  }
}

async function sweepTables(parts: SweepParts): Promise<number> {
  let deleted = 0
  for (const [table, attribute] of parts.timeToLive.enabled()) {
    deleted += await sweepTable(parts, table, attribute)
  }
  return deleted
}

async function sweepTable(parts: SweepParts, table: string, attribute: string): Promise<number> {
  const keyAttributes = await parts.itemKeys.attributesOf(table)
  if (keyAttributes === undefined) return 0
  const expired = expiredBy(attribute, parts.clock())
  const scan = { TableName: table, ConsistentRead: true, ...filter('FilterExpression', expired) }
  let deleted = 0
  let start: unknown
  do {
    const page = await parts.engine.call(
      'Scan',
      start === undefined ? scan : { ...scan, ExclusiveStartKey: start },
    )
    for (const item of itemsOf(page)) {
      const key = keyOf(item, keyAttributes)
      if (await isDeleted(parts, { table, key, expired })) deleted += 1
    }
    start = page?.['LastEvaluatedKey']
  } while (start !== undefined)
  return deleted
}

interface Deletion {
  readonly table: string
  readonly key: JSONObject
  readonly expired: Expiry
}

/** Deletes an item only if it is still expired: it may have been renewed since the scan. */
async function isDeleted({ engine, queue }: SweepParts, { table, key, expired }: Deletion): Promise<boolean> {
  const deletion = { TableName: table, Key: key, ...filter('ConditionExpression', expired) }
  const answer = await queue.run([keyText({ table, key })], () => engine.call('DeleteItem', deletion))
  return answer !== undefined
}

interface Expiry {
  readonly names: JSONObject
  readonly values: JSONObject
}

/** DynamoDB spares what expired more than five years ago, and what is no Number. */
function expiredBy(attribute: string, now: number): Expiry {
  const values = { ':now': { N: String(now) }, ':oldest': { N: String(now - fiveYears) } }
  return { names: { '#ttl': attribute }, values }
}

function filter(
  expression: 'FilterExpression' | 'ConditionExpression',
  { names, values }: Expiry,
): JSONObject {
  return {
    [expression]: '#ttl < :now AND #ttl > :oldest',
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  }
}

function itemsOf(page: JSONObject | undefined): JSONObject[] {
  const items = page?.['Items']
  return Array.isArray(items) ? items.filter(isJSONObject) : []
}
