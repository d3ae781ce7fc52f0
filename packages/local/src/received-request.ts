import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { type JSONObject, parseJSONObject } from './json-object.ts'

const bodyLimitBytes = 16 * 1024 * 1024

/** A request that has arrived whole. */
export interface ReceivedRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** The operation of the target header, or the HTTP method if there is none. */
  readonly operation: string
  readonly table: string | undefined
  /** The parsed body, if it is a JSON object. */
  readonly input: JSONObject | undefined
}

/** Reads a request to its end; `undefined` if the client went away before, or sent more than 16 MB. */
export async function readRequest(incoming: IncomingMessage): Promise<ReceivedRequest | undefined> {
  const body = await readBody(incoming)
  if (body === undefined) return undefined
  const { method = 'POST', url = '/', headers } = incoming
  const input = parseJSONObject(body)
  const tableName = input?.['TableName']
  const table = typeof tableName === 'string' ? tableName : undefined
  return { method, url, headers, body, operation: operationOf(headers) ?? method, table, input }
}

function operationOf(headers: IncomingHttpHeaders): string | undefined {
  return String(headers['x-amz-target'] ?? '').split('.')[1]
}

async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  try {
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      sizeBytes += chunk.length
      if (sizeBytes > bodyLimitBytes) return undefined
    }
  } catch {
    return undefined
  }
  return incoming.complete ? Buffer.concat(chunks) : undefined
}
