import {
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import { pipeline } from 'node:stream'

import type { Instance } from './instance-pool.ts'
import { endToEndHeaders, upstreamHeaders } from './proxy-headers.ts'

/** A client's request with its body, and where its answer goes. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly body: Buffer
}

/**
 * What became of a request sent to an instance:
 * - `answered`: the answer is on its way to the client;
 * - `unreachable`: no connection, so the instance has seen nothing and another one may be asked;
 * - `failed`: the instance broke off before it answered, and may have acted on the request;
 * - `aborted`: the client went away.
 */
export type Outcome = 'answered' | 'unreachable' | 'failed' | 'aborted'

/** Sends the request to the instance and streams its answer to the client. */
export function forward(exchange: Exchange, instance: Instance): Promise<Outcome> {
  const { response, body } = exchange
  if (response.destroyed) return Promise.resolve('aborted')
  return new Promise((resolve) => {
    const upstream = openUpstream(exchange, instance)
    const abort = (): void => void upstream.destroy()
    let connected = false
    upstream.on('socket', (socket) => socket.once('connect', () => (connected = true)))
    upstream.on('response', (answer) => {
      sendAnswer(answer, response)
      resolve('answered')
    })
    upstream.on('error', () => {
      if (response.destroyed) return resolve('aborted')
      resolve(connected ? 'failed' : 'unreachable')
    })
    upstream.on('close', () => response.off('close', abort))
    response.once('close', abort)
    upstream.end(body)
  })
}

function openUpstream({ request, body }: Exchange, { origin }: Instance): ClientRequest {
  return httpRequest(origin, {
    method: request.method,
    path: request.url,
    headers: upstreamHeaders(request, body),
    // A fresh connection each time: an idle one that the instance has just closed would look like a failure.
    agent: false,
  })
}

function sendAnswer(answer: IncomingMessage, response: ServerResponse): void {
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage, endToEndHeaders(answer.headers))
  response.flushHeaders()
  // A failure midway destroys both sides, which is how the client learns that the answer is incomplete.
  pipeline(answer, response, () => undefined)
}
