import { expect, it } from 'vitest'
import { newSessionId } from '../src/index.ts'
import { sizeBytesOf } from '../src/dynamodb/item.ts'
import { startSessions } from './sessions-table.ts'

async function started() {
  const table = await startSessions()
  const id = newSessionId()
  await table.sessions.commit(id, { data: { user: 'u-1', cart: [1, 2], theme: 'dark' } })
  const created = table.operations()
  table.local.clearRequests()
  return { ...table, id, created }
}

async function loaded({ sessions, id }: Awaited<ReturnType<typeof started>>) {
  const session = await sessions.load(id)
  if (!session) throw new Error('the session is missing')
  return session
}

it('creates with one write', async () => {
  expect((await started()).created).toEqual(['PutItem'])
})

it('reads once and writes nothing for an unchanged request within touchAfter', async () => {
  const table = await started()
  table.time.now += 179
  const own = await loaded(table)
  expect(await table.sessions.commit(table.id, { loaded: own, data: own.data })).toBe('unchanged')
  expect(table.operations()).toEqual(['GetItem'])
})

it('writes only the changed data keys', async () => {
  const table = await started()
  const own = await loaded(table)
  await table.sessions.commit(table.id, { loaded: own, data: { ...own.data, theme: 'light' } })
  expect(table.operations()).toEqual(['GetItem', 'UpdateItem'])
  const { ExpressionAttributeNames: names } = table.local.requests[1]!.input as {
    ExpressionAttributeNames: Record<string, string>
  }
  expect(Object.values(names).filter((name) => name.startsWith('d.'))).toEqual(['d.theme'])
})

it('destroys with one write', async () => {
  const table = await started()
  await table.sessions.destroy(table.id)
  expect(table.operations()).toEqual(['PutItem'])
})

it('regenerates with two writes', async () => {
  const table = await started()
  const own = await loaded(table)
  await table.sessions.regenerate(table.id, newSessionId(), { loaded: own, data: own.data })
  expect(table.operations()).toEqual(['GetItem', 'PutItem', 'PutItem'])
})

it('asks nothing for a session that was begun and never stored', async () => {
  const { sessions, operations } = await startSessions()
  await sessions.destroy(newSessionId(), { loaded: sessions.begin() })
  expect(operations()).toEqual([])
})

it('asks nothing for a text that cannot be a session id', async () => {
  const { sessions, operations } = await startSessions()
  expect(await sessions.load('x')).toBeUndefined()
  expect(operations()).toEqual([])
})

it('keeps a typical login within 1.5 KB', async () => {
  const { sessions, dump } = await startSessions()
  const user = {
    id: newSessionId(),
    name: 'Grace Hopper',
    email: 'grace@example.com',
    roles: ['editor', 'admin'],
  }
  const data = {
    user,
    csrf: newSessionId(),
    returnTo: '/orders/4711?page=2',
    flash: ['Welcome back!'],
    locale: 'en',
  }
  const cookie = { path: '/', httpOnly: true, secure: true, sameSite: 'lax', originalMaxAge: 1_800_000 }
  await sessions.commit(newSessionId(), { data, meta: { cookie } })
  const [item] = await dump()
  expect(sizeBytesOf(item as Parameters<typeof sizeBytesOf>[0])).toBeLessThanOrEqual(1536)
})
