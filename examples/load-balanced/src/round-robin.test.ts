import { EventEmitter, once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

import { afterEach, describe, expect, it } from 'vitest'

import { type Balancer, type Instance, startBalancer } from './round-robin.ts'

const echo: RequestListener = (request, response) => void request.pipe(response)
const cleanups: (() => unknown)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

interface TestInstance extends Instance {
  readonly server: Server
  readonly port: number
}

async function startInstance(name: string, listener?: RequestListener, wanted = 0): Promise<TestInstance> {
  const server = createServer(listener ?? ((_, response) => void response.end(name)))
  server.listen(wanted, '127.0.0.1')
  await once(server, 'listening')
  cleanups.push(() => stop(server))
  const { port } = server.address() as AddressInfo
  return { name, origin: `http://127.0.0.1:${port}`, server, port }
}

function stop(server: Server): void {
  server.close()
  server.closeAllConnections()
}

async function balancerOf(...instances: readonly Instance[]): Promise<Balancer> {
  const balancer = await startBalancer({ port: 0, instances: () => instances })
  cleanups.push(() => balancer.close())
  return balancer
}

async function textsOf(origin: string, count: number): Promise<string[]> {
  const texts: string[] = []
  for (let index = 0; index < count; index += 1) texts.push(await (await fetch(origin)).text())
  return texts
}

describe('turns', () => {
  it('alternates', async () => {
    const balancer = await balancerOf(await startInstance('A'), await startInstance('B'))
    expect(await textsOf(balancer.origin, 4)).toEqual(['A', 'B', 'A', 'B'])
  })

  it('skips a stopped instance, repeats a POST it has not seen, and brings it back', async () => {
    const first = await startInstance('A')
    const balancer = await balancerOf(first, await startInstance('B', echo))
    stop(first.server)
    const answer = await fetch(balancer.origin, { method: 'POST', body: 'hello' })
    expect(await answer.text()).toBe('hello')
    await startInstance('A', undefined, first.port)
    expect(await textsOf(balancer.origin, 2)).toEqual(['', ''])
    await sleep(1100)
    expect(await textsOf(balancer.origin, 2)).toEqual(['A', ''])
  })

  it('answers 503 when all are down', async () => {
    const only = await startInstance('A')
    const balancer = await balancerOf(only)
    stop(only.server)
    const answer = await fetch(balancer.origin)
    expect(answer.status).toBe(503)
    expect(await answer.text()).toContain('All instances are down')
  })

  it('answers 502, and asks nobody else, when an instance breaks off', async () => {
    let seenByOther = 0
    const breaking = await startInstance('A', (request) => void request.socket.destroy())
    const other = await startInstance('B', (_, response) => {
      seenByOther += 1
      response.end('B')
    })
    const balancer = await balancerOf(breaking, other)
    expect((await fetch(balancer.origin, { method: 'POST', body: 'x' })).status).toBe(502)
    expect(seenByOther).toBe(0)
    expect(await textsOf(balancer.origin, 2)).toEqual(['B', 'B'])
  })
})

describe('messages', () => {
  it('keeps several Set-Cookie headers and the status', async () => {
    const balancer = await balancerOf(
      await startInstance(
        'A',
        (_, response) => void response.writeHead(201, { 'set-cookie': ['a=1', 'b=2'] }).end(),
      ),
    )
    const answer = await fetch(balancer.origin)
    expect(answer.status).toBe(201)
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  })

  it('tells the instance who asked', async () => {
    const balancer = await balancerOf(
      await startInstance('A', (request, response) => void response.end(JSON.stringify(request.headers))),
    )
    const headers: unknown = await (await fetch(balancer.origin)).json()
    expect(headers).toMatchObject({
      'x-forwarded-for': expect.stringContaining('127.0.0.1'),
      'x-forwarded-proto': 'http',
      'x-forwarded-host': `localhost:${balancer.port}`,
    })
  })

  it('streams, and ends the request to the instance when the client goes away', async () => {
    const closing = new EventEmitter()
    const closed = once(closing, 'closed')
    const balancer = await balancerOf(
      await startInstance('A', (_, response) => {
        response.on('close', () => closing.emit('closed'))
        response.write('first')
      }),
    )
    const abort = new AbortController()
    const answer = await fetch(balancer.origin, { signal: abort.signal })
    const chunk = await answer.body?.getReader().read()
    expect(Buffer.from(chunk?.value ?? []).toString()).toBe('first')
    abort.abort()
    await closed
  })

  it('answers 413 to a body over 1 MiB', async () => {
    const balancer = await balancerOf(await startInstance('A', echo))
    const fitting = await fetch(balancer.origin, { method: 'POST', body: 'x'.repeat(1024 * 1024) })
    expect((await fitting.text()).length).toBe(1024 * 1024)
    const answer = await fetch(balancer.origin, { method: 'POST', body: 'x'.repeat(1024 * 1024 + 1) })
    expect(answer.status).toBe(413)
  })
})

it('names the PORT variable when the port is taken', async () => {
  const { port } = await startInstance('A')
  await expect(startBalancer({ port, instances: () => [] })).rejects.toThrow(
    `port ${port} is in use; choose another with PORT=${port + 1} npm start`,
  )
})
