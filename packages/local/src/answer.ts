import { randomUUID } from 'node:crypto'
import type { OutgoingHttpHeaders } from 'node:http'
import { crc32 } from 'node:zlib'

/** A complete HTTP answer, before it is sent. */
export interface Answer {
  readonly status: number
  readonly headers: OutgoingHttpHeaders
  readonly body: Buffer
}

/** An answer in the form DynamoDB gives it: JSON 1.0, a request id, a checksum. */
export function jsonAnswer(status: number, content: unknown, headers: OutgoingHttpHeaders = {}): Answer {
  const body = Buffer.from(JSON.stringify(content))
  const standard = { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': randomUUID() }
  return { status, headers: { ...standard, ...checksumsOf(body), ...headers }, body }
}

/** The same answer with other content. */
export function withContent(answer: Answer, content: unknown): Answer {
  const body = Buffer.from(JSON.stringify(content))
  return { status: answer.status, headers: { ...answer.headers, ...checksumsOf(body) }, body }
}

/** An error by name, with the fields and headers it carries besides. */
export interface AnsweredError {
  readonly status: number
  readonly name: string
  readonly message: string
  readonly fields?: object
  readonly headers?: OutgoingHttpHeaders | undefined
}

/** An answer that reports an error by name. */
export function errorAnswer({ status, name, message, fields, headers }: AnsweredError): Answer {
  const isValidation = name === 'ValidationException'
  const prefix = isValidation ? 'com.amazon.coral.validate' : 'com.amazonaws.dynamodb.v20120810'
  return jsonAnswer(status, { __type: `${prefix}#${name}`, message, ...fields }, headers)
}

function checksumsOf(body: Buffer): OutgoingHttpHeaders {
  return { 'content-length': body.length, 'x-amz-crc32': crc32(body) }
}
