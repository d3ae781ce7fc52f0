import { type Answer, withContent } from './answer.ts'
import { isJSONObject, type JSONObject, parseJSONObject } from './json-object.ts'

const counted = new Set([
  'GetItem',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'Query',
  'Scan',
  'BatchGetItem',
  'BatchWriteItem',
])

/** Whether the server has to ask for the capacity, because the client did not. */
export function isCapacityUnasked(operation: string, input: JSONObject): boolean {
  const asked = input['ReturnConsumedCapacity']
  return counted.has(operation) && (asked === undefined || asked === 'NONE')
}

/** The capacity units an answer reports; the batch operations report one figure for each table. */
export function capacityUnitsOf(answer: Answer): number {
  const reports = [parseJSONObject(answer.body)?.['ConsumedCapacity']].flat().filter(isJSONObject)
  return reports.reduce((sum, report) => sum + Number(report['CapacityUnits'] ?? 0), 0)
}

/** The answer as a client gets it that did not ask for the capacity. */
export function withoutCapacity(answer: Answer): Answer {
  const content = parseJSONObject(answer.body)
  if (content?.['ConsumedCapacity'] === undefined) return answer
  const { ConsumedCapacity: _, ...rest } = content
  return withContent(answer, rest)
}
