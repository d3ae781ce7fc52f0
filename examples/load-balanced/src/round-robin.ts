import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

import { type Exchange, forward } from './forward.ts'
import { createInstancePool, type Instance, type InstancePool } from './instance-pool.ts'
import { listen } from './listen.ts'
import { readBody } from './read-body.ts'

export type { Instance } from './instance-pool.ts'

/** Where the balancer listens, and what it balances. */
export interface BalancerOptions {
  /** 0 takes any free port. */
  readonly port: number
  /** Default `127.0.0.1`: this is an example, and not for the network. */
  readonly host?: string
  /** Asked at every request, so instances may come and go. */
  readonly instances: () => readonly Instance[]
  /** How long an instance that is down is left alone; default 1000. */
  readonly retryAfterMs?: number
}

/** A balancer that listens. */
export interface Balancer {
  readonly origin: string
  readonly port: number
  /** Stops listening and ends the open connections. */
  close(): Promise<void>
}

/** Starts an HTTP load balancer that gives each request to the next instance that is up. */
export async function startBalancer(options: BalancerOptions): Promise<Balancer> {
  const { port: wantedPort, host = '127.0.0.1', instances, retryAfterMs = 1000 } = options
  const pool = createInstancePool({ instances, retryAfterMs })
  const server = createServer((request, response) => void balance(pool, request, response))
  const port = await listen(server, wantedPort, host)
  return {
    origin: `http://${host === '127.0.0.1' ? 'localhost' : host}:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function balance(
  pool: InstancePool,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request)
  if (body === 'aborted') return
  if (body === 'too-large') return answer(response, 413, 'The request body is larger than 1 MiB.')
  try {
    await forwardToNext(pool, { request, response, body })
  } catch {
    // Such as a URL or a header that node:http refuses to send.
    answer(response, 502, 'The request could not be passed on.')
  }
}

async function forwardToNext(pool: InstancePool, exchange: Exchange): Promise<void> {
  const tried = new Set<string>()
  for (let instance = pool.next(tried); instance !== undefined; instance = pool.next(tried)) {
    tried.add(instance.origin)
    const outcome = await forward(exchange, instance)
    if (outcome === 'aborted') return
    if (outcome === 'answered') return pool.markUp(instance)
    pool.markDown(instance)
    if (outcome === 'failed') return answer(exchange.response, 502, `Instance ${instance.name} broke off.`)
  }
  exchange.response.setHeader('retry-after', '1')
  answer(exchange.response, 503, 'All instances are down. Start one and try again.')
}

function answer(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent) return void response.destroy()
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`)
}
