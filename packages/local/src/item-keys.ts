import type { Engine } from './engine.ts'
import { isJSONObject, type JSONObject } from './json-object.ts'

/** Knows the key attributes of tables. */
export interface ItemKeys {
  /** The table's key attributes, or `undefined` if there is no such table. */
  attributesOf(table: string): Promise<string[] | undefined>
  /** The keys of the items a request writes, with their tables. */
  writtenBy(operation: string, input: JSONObject): Promise<WrittenKey[]>
  /** Forgets a table that was created anew or dropped. */
  forget(table: string): void
}

/** One item's table and key. */
export interface WrittenKey {
  readonly table: string
  readonly key: JSONObject
}

/** Reads each table's key schema once. */
export function createItemKeys(engine: Engine): ItemKeys {
  const schemas = new Map<string, string[]>()
  async function attributesOf(table: string): Promise<string[] | undefined> {
    const known = schemas.get(table)
    if (known !== undefined) return known
    const attributes = keyAttributes(await engine.call('DescribeTable', { TableName: table }))
    if (attributes !== undefined) schemas.set(table, attributes)
    return attributes
  }
  return {
    attributesOf,
    async writtenBy(operation, input) {
      const keys = writesOf(operation, input).map(async ({ table, key, item }) => {
        if (key !== undefined) return { table, key }
        const attributes = await attributesOf(table)
        return attributes && item && { table, key: keyOf(item, attributes) }
      })
      return (await Promise.all(keys)).filter((key) => key !== undefined)
    },
    forget(table) {
      schemas.delete(table)
    },
  }
}

/** The attributes of an item that make up its key. */
export function keyOf(item: JSONObject, attributes: readonly string[]): JSONObject {
  return Object.fromEntries(attributes.map((attribute) => [attribute, item[attribute]]))
}

/** Text that is equal for equal keys, whatever the order of their attributes. */
export function keyText({ table, key }: WrittenKey): string {
  return JSON.stringify([table, Object.entries(key).toSorted(([one], [other]) => (one < other ? -1 : 1))])
}

interface Write {
  readonly table: string
  readonly key?: JSONObject | undefined
  readonly item?: JSONObject | undefined
}

function writesOf(operation: string, input: JSONObject): Write[] {
  if (operation === 'BatchWriteItem') return batchWritesOf(input['RequestItems'])
  const table = input['TableName']
  if (typeof table !== 'string') return []
  if (operation === 'PutItem') return [{ table, item: objectOf(input['Item']) }]
  const writes = operation === 'UpdateItem' || operation === 'DeleteItem'
  return writes ? [{ table, key: objectOf(input['Key']) }] : []
}

function batchWritesOf(requestItems: unknown): Write[] {
  if (!isJSONObject(requestItems)) return []
  return Object.entries(requestItems).flatMap(([table, requests]) =>
    (Array.isArray(requests) ? requests : []).filter(isJSONObject).map((write) => ({
      table,
      key: objectOf(objectOf(write['DeleteRequest'])?.['Key']),
      item: objectOf(objectOf(write['PutRequest'])?.['Item']),
    })),
  )
}

function keyAttributes(description: JSONObject | undefined): string[] | undefined {
  const schema = objectOf(description?.['Table'])?.['KeySchema']
  if (!Array.isArray(schema)) return undefined
  return schema.filter(isJSONObject).map((element) => String(element['AttributeName']))
}

function objectOf(value: unknown): JSONObject | undefined {
  return isJSONObject(value) ? value : undefined
}
