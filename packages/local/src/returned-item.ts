import { type Answer, withContent } from './answer.ts'
import type { Engine } from './engine.ts'
import type { WrittenKey } from './item-keys.ts'
import { type JSONObject, parseJSONObject } from './json-object.ts'

/** Adds the item that failed the condition, if the request asked for it and the item exists. */
export async function withFailedItem(
  answer: Answer,
  input: JSONObject,
  { engine, written }: { engine: Engine; written: WrittenKey | undefined },
): Promise<Answer> {
  if (input['ReturnValuesOnConditionCheckFailure'] !== 'ALL_OLD') return answer
  if (written === undefined || answer.status !== 400) return answer
  const error = parseJSONObject(answer.body)
  if (!String(error?.['__type']).endsWith('#ConditionalCheckFailedException')) return answer
  const read = { TableName: written.table, Key: written.key, ConsistentRead: true }
  const item = (await engine.call('GetItem', read))?.['Item']
  return item === undefined ? answer : withContent(answer, { ...error, Item: item })
}
