import { createServer } from 'node:http'

import { createSessions } from '@dynamodb-session/core'
import { startLocalDynamoDB } from '@dynamodb-session/local'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { closeServer, createApp, listen } from '../src/index.ts'
import { createClient } from './client.ts'

const secret = 'a secret for tests, and only for tests'
const cleanups: (() => unknown)[] = []
let origin = ''

beforeAll(async () => {
  const database = await startLocalDynamoDB()
  cleanups.push(() => database.stop())
  const deadline = { totalMs: 5000, attemptMs: 2000 }
  const sessions = createSessions({ endpoint: database.endpoint, secret, deadline })
  cleanups.push(() => sessions.close())
  await sessions.createTable()
  const server = createServer(createApp({ sessions: { sessions }, instance: 'A', secret }))
  origin = `http://127.0.0.1:${await listen(server, 0, '127.0.0.1')}`
  cleanups.push(() => closeServer(server))
})

afterAll(async () => {
  for (const cleanup of cleanups.toReversed()) await cleanup()
})

describe('login', () => {
  it('gives a new id and keeps visits and profile', async () => {
    const client = createClient(origin)
    await client.get('/')
    await client.post('/profile', { key: 'city', value: 'Bern' })
    const anonymous = client.cookies.get('sid')
    const answer = await client.post('/login', { username: ' ada ' })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/'])
    expect(client.cookies.get('sid')).not.toBe(anonymous)
    expect(await client.session()).toMatchObject({ username: 'ada', visits: 1, profile: { city: 'Bern' } })
  })

  it('ends with the logout, also for a copy of the cookie', async () => {
    const client = createClient(origin)
    await client.post('/login', { username: 'ada' })
    const copied = createClient(origin)
    copied.cookies.set('sid', client.cookies.get('sid') ?? '')
    expect(await copied.session()).toMatchObject({ username: 'ada' })
    expect((await client.post('/logout')).status).toBe(303)
    expect(client.cookies.size).toBe(0)
    expect(await copied.session()).toMatchObject({ username: null, visits: 0 })
  })
})

describe('session data', () => {
  it('has the shape all examples share', async () => {
    const expected = { username: null, profile: {}, visits: 0, burst: 0, name: null }
    const client = createClient(origin)
    expect(await client.session()).toEqual({ framework: 'Express', instance: 'A', ...expected })
    expect(client.cookies.size).toBe(0)
  })

  it('counts visits', async () => {
    const client = createClient(origin)
    await client.get('/')
    expect(await client.text('/')).toContain('id="visits">2<')
  })

  it('survives twenty requests at once', async () => {
    const client = createClient(origin)
    await client.get('/')
    const numbers = Array.from({ length: 20 }, (_, index) => index + 1)
    const answers = await Promise.all(numbers.map((number) => client.post(`/burst/${number}`)))
    expect(answers.map(({ status }) => status)).toEqual(numbers.map(() => 200))
    expect(await client.session()).toMatchObject({ burst: 20, visits: 1 })
  })
})

describe('pages', () => {
  it('escape what visitors typed, and never show the id', async () => {
    const client = createClient(origin)
    const attack = encodeURIComponent('<script>alert(1)</script>')
    await client.get(`/test?name=${attack}`)
    const html = await client.text('/test')
    expect(html).toContain('&lt;script&gt;alert(1)')
    expect(html).not.toContain('<script>alert')
    const signed = decodeURIComponent(client.cookies.get('sid') ?? '')
    const id = /^s:([^.]+)\./.exec(signed)?.[1] ?? ''
    expect(id.length).toBeGreaterThan(20)
    expect(html).not.toContain(id.slice(0, 8))
  })

  it.each([
    ['/login', { username: ' ' }],
    ['/profile', { key: '', value: 'x' }],
    ['/burst/21', {}],
  ])('refuse bad input to %s', async (path, fields: Record<string, string>) => {
    const answer = await createClient(origin).post(path, fields)
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('id="error"')
  })

  it('answer 404 to an unknown path', async () => {
    expect((await createClient(origin).get('/nowhere')).status).toBe(404)
  })
})
