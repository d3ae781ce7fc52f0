import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { Agent, type IncomingHttpHeaders, type OutgoingHttpHeaders, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
// @ts-expect-error dynalite has no types
import untypedDynalite from 'dynalite'
import type { Answer } from './answer.ts'
import { type JSONObject, parseJSONObject } from './json-object.ts'

interface DynaliteOptions {
  readonly path?: string
  readonly createTableMs: number
  readonly deleteTableMs: number
  readonly updateTableMs: number
}

/** What the engine is sent: a client's request, or one of the server's own. */
export interface EngineRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders | OutgoingHttpHeaders
  readonly body: Buffer
}

/** dynalite on a private port; nobody but this package connects to it. */
export interface Engine {
  /** Passes a complete request on. */
  send(request: EngineRequest): Promise<Answer>
  /** Carries out an operation of the server's own; `undefined` if the engine refuses it. */
  call(operation: string, input: JSONObject): Promise<JSONObject | undefined>
  close(): Promise<void>
}

const createDynalite = untypedDynalite as (options: DynaliteOptions) => Server
const ownHeaders = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20250101T000000Z',
  authorization:
    'AWS4-HMAC-SHA256 Credential=local/20250101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
}

/** Starts dynalite, in memory or on a folder. */
export async function startEngine(path: string | undefined): Promise<Engine> {
  const server = await listeningDynalite(path)
  const { port } = server.address() as AddressInfo // a TCP server that listens has an AddressInfo
  const agent = new Agent({ keepAlive: true })
  const send = (sent: EngineRequest): Promise<Answer> => exchange(sent, port, agent)
  return {
    send,
    async call(operation, input) {
      const headers = { ...ownHeaders, 'x-amz-target': `DynamoDB_20120810.${operation}` }
      const body = Buffer.from(JSON.stringify(input))
      const answer = await send({ method: 'POST', url: '/', headers, body })
      return answer.status === 200 ? parseJSONObject(answer.body) : undefined
    },
    async close() {
      agent.destroy()
      await new Promise<void>((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()))
      })
    },
  }
}

async function listeningDynalite(path: string | undefined): Promise<Server> {
  const instant = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 }
  if (path !== undefined) mkdirSync(path, { recursive: true })
  const server = createDynalite(path === undefined ? instant : { ...instant, path: join(path, 'tables') })
  server.keepAliveTimeout = 0 // a kept connection never closes under a request
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

function exchange(
  { method, url, headers, body }: EngineRequest,
  port: number,
  agent: Agent,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const passed = { ...withoutConnection(headers), 'content-length': body.length }
    const options = { host: '127.0.0.1', port, agent, method, path: url, headers: passed }
    const outgoing = request(options, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('error', reject)
      incoming.on('end', () => {
        const content = Buffer.concat(chunks)
        const answered = { ...withoutConnection(incoming.headers), 'content-length': content.length }
        resolve({ status: incoming.statusCode ?? 500, headers: answered, body: content })
      })
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** Headers less those that concern one connection only. */
function withoutConnection(headers: EngineRequest['headers']): OutgoingHttpHeaders {
  const hops = ['connection', 'keep-alive', 'transfer-encoding', 'expect']
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hops.includes(name)))
}
