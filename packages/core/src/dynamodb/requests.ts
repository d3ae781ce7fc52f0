import { updated } from '../change.ts'
import type { SessionRecord, SessionUpdate } from '../store.ts'
import {
  type AttributeNames,
  type AttributeValue,
  DATA_PREFIX,
  type Item,
  expiresOf,
  numberValue,
  toItem,
  tombstoneOf,
} from './item.ts'

/** Where requests go: the table and what it calls its attributes. */
export interface Target {
  readonly table: string
  readonly names: AttributeNames
}

/** A request of DynamoDB's JSON protocol. */
export interface Request {
  readonly operation: 'GetItem' | 'PutItem' | 'UpdateItem'
  readonly input: Readonly<Record<string, unknown>>
}

// More changed keys than this do not fit into the 4 KB of an expression; then the whole item is compared by its `rev`.
const MAX_CHANGED_KEYS = 100

// Live means: stored, not a tombstone, not replaced, neither deadline passed. DynamoDB's TTL deletes late (days,
// sometimes), so every conditional write checks for itself. Without a condition a touch would revive a logout.
const LIVE =
  'attribute_exists(#id) AND attribute_not_exists(#gone) AND attribute_not_exists(#next) AND #idle > :now AND #end > :now'
const LIVE_NAMES = { '#gone': 'gone', '#next': 'next', '#idle': 'idle', '#end': 'end' }

function conditional(
  operation: 'PutItem' | 'UpdateItem',
  { table }: Target,
  input: Record<string, unknown>,
): Request {
  return { operation, input: { TableName: table, ...input, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } }
}

/** Reads one item. Strong consistency: a redirect is often read back within milliseconds of its write. */
export function readRequest(target: Target, key: string, consistent: boolean): Request {
  return {
    operation: 'GetItem',
    input: { TableName: target.table, Key: { [target.names.id]: { S: key } }, ConsistentRead: consistent },
  }
}

/** Writes a session under a free key. An expired one that nobody collected yet leaves its key free. */
export function createRequest(target: Target, record: SessionRecord, now: number): Request {
  return conditional('PutItem', target, {
    Item: toItem(record, target.names),
    ConditionExpression:
      'attribute_not_exists(#id) OR (attribute_not_exists(#gone) AND (#idle <= :now OR #end <= :now))',
    ExpressionAttributeNames: { '#id': target.names.id, '#gone': 'gone', '#idle': 'idle', '#end': 'end' },
    ExpressionAttributeValues: { ':now': numberValue(now) },
  })
}

/** Writes the changed data keys, if the session is live and each still has its expected value. */
export function updateRequest(
  target: Target,
  loaded: SessionRecord,
  update: SessionUpdate,
  now: number,
): Request {
  if (update.set.size > MAX_CHANGED_KEYS) return replaceRequest(target, loaded, update, now)
  const names: Record<string, string> = {
    '#id': target.names.id,
    '#expires': target.names.expires,
    ...LIVE_NAMES,
    '#rev': 'rev',
  }
  const values: Record<string, AttributeValue> = {
    ':now': numberValue(now),
    ':idle': numberValue(update.idleDeadline),
    ':expires': numberValue(expiresOf(update.idleDeadline)),
    ':rev': { S: update.writeId },
  }
  const set = ['#idle = :idle', '#expires = :expires', '#rev = :rev']
  const conditions = [LIVE]
  if (update.meta !== undefined) {
    names['#meta'] = 'meta'
    values[':meta'] = { S: update.meta }
    set.push('#meta = :meta')
  }
  let index = 0
  for (const [key, value] of update.set) {
    const place = index++
    const expected = update.expected.get(key)
    names[`#d${place}`] = DATA_PREFIX + key
    values[`:n${place}`] = { S: value }
    set.push(`#d${place} = :n${place}`)
    if (expected === undefined) conditions.push(`attribute_not_exists(#d${place})`)
    else {
      values[`:o${place}`] = { S: expected }
      conditions.push(`#d${place} = :o${place}`)
    }
  }
  return conditional('UpdateItem', target, {
    Key: { [target.names.id]: { S: loaded.key } },
    UpdateExpression: `SET ${set.join(', ')}`,
    ConditionExpression: conditions.join(' AND '),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  })
}

/** Writes the whole session, if it is live and nobody has written it since it was loaded. */
function replaceRequest(target: Target, loaded: SessionRecord, update: SessionUpdate, now: number): Request {
  return conditional('PutItem', target, {
    Item: toItem(updated(loaded, update), target.names),
    ConditionExpression: `${LIVE} AND #rev = :rev`,
    ExpressionAttributeNames: { '#id': target.names.id, ...LIVE_NAMES, '#rev': 'rev' },
    ExpressionAttributeValues: { ':now': numberValue(now), ':rev': { S: loaded.writeId } },
  })
}

/** Moves the idle deadline forward; a late touch never moves it back. */
export function touchRequest(target: Target, key: string, idleDeadline: number, now: number): Request {
  return conditional('UpdateItem', target, {
    Key: { [target.names.id]: { S: key } },
    UpdateExpression: 'SET #idle = :idle, #expires = :expires',
    ConditionExpression: `${LIVE} AND #idle < :idle`,
    ExpressionAttributeNames: { '#id': target.names.id, '#expires': target.names.expires, ...LIVE_NAMES },
    ExpressionAttributeValues: {
      ':now': numberValue(now),
      ':idle': numberValue(idleDeadline),
      ':expires': numberValue(expiresOf(idleDeadline)),
    },
  })
}

/**
 * Ends the session by a tombstone. Not by DeleteItem: a delayed duplicate of the create would find the key free.
 * Only over an existing item, or anybody could fill the table through the logout route.
 */
export function destroyRequest(target: Target, key: string, writeId: string, now: number): Request {
  return conditional('PutItem', target, {
    Item: tombstoneOf(key, writeId, target.names, now),
    ConditionExpression: 'attribute_exists(#id)',
    ExpressionAttributeNames: { '#id': target.names.id },
  })
}

/** Ends the session, if nobody has written it since it was loaded. */
export function retireRequest(target: Target, loaded: SessionRecord, writeId: string, now: number): Request {
  return conditional('PutItem', target, {
    Item: tombstoneOf(loaded.key, writeId, target.names, now),
    ConditionExpression: `${LIVE} AND #rev = :rev`,
    ExpressionAttributeNames: { '#id': target.names.id, ...LIVE_NAMES, '#rev': 'rev' },
    ExpressionAttributeValues: { ':now': numberValue(now), ':rev': { S: loaded.writeId } },
  })
}

/** The item that a failed condition was checked against, if the answer carries it. */
export function blockingItemIn(error: unknown): Item | undefined {
  return error instanceof Error && 'Item' in error ? (error.Item as Item | undefined) : undefined
}
