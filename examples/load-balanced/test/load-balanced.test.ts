import { afterAll, beforeAll, expect, it } from 'vitest'

import type { LoadBalanced } from '../src/start-load-balanced.ts'
import { createClient } from './client.ts'
import { startForTest } from './start.ts'

let balanced: LoadBalanced

beforeAll(async () => {
  balanced = await startForTest()
})

afterAll(() => balanced.close())

async function instancesSeen(client: ReturnType<typeof createClient>, count: number): Promise<Set<string>> {
  const seen = new Set<string>()
  for (let index = 0; index < count; index += 1) {
    const { instance } = (await client.session()) as { instance: string } // its shape is tested in express
    seen.add(instance)
  }
  return seen
}

it('keeps one session across both instances', async () => {
  const client = createClient(balanced.origin)
  await client.post('/login', { username: 'ada' })
  for (let visit = 1; visit <= 4; visit += 1) {
    expect(await client.text('/')).toContain(`id="visits">${visit}<`)
    expect(await client.session()).toMatchObject({ username: 'ada', visits: visit })
  }
  expect(await instancesSeen(client, 2)).toEqual(new Set(['A', 'B']))
})

it('keeps all keys of twenty requests at once', async () => {
  const client = createClient(balanced.origin)
  await client.get('/')
  const numbers = Array.from({ length: 20 }, (_, index) => index + 1)
  const answers = await Promise.all(numbers.map((number) => client.post(`/burst/${number}`)))
  expect(answers.every(({ ok }) => ok)).toBe(true)
  const served = await Promise.all(answers.map((answer) => answer.json() as Promise<{ instance: string }>))
  expect(new Set(served.map(({ instance }) => instance))).toEqual(new Set(['A', 'B']))
  expect(await client.session()).toMatchObject({ burst: 20 })
})

it('loses nothing when an instance stops, and takes it back', async () => {
  const client = createClient(balanced.origin)
  await client.post('/login', { username: 'ada' })
  await client.post('/profile', { key: 'city', value: 'Bern' })
  await balanced.stopInstance('A')
  expect((await client.post('/profile', { key: 'river', value: 'Aare' })).status).toBe(303)
  const kept = { username: 'ada', profile: { city: 'Bern', river: 'Aare' } }
  expect(await client.session()).toMatchObject({ instance: 'B', ...kept })
  expect(await instancesSeen(client, 3)).toEqual(new Set(['B']))
  await balanced.startInstance('A')
  expect(await instancesSeen(client, 2)).toEqual(new Set(['A', 'B']))
  expect(await client.session()).toMatchObject(kept)
})
