import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { type FaultRule, namedErrors } from '@dynamodb-session/local'
import { describe, expect, it } from 'vitest'
import { SessionError, type Sessions, newSessionId } from '../src/index.ts'
import { START, TableName, startSessions, textOf } from './sessions-table.ts'
import { seededRandom } from './history/seeded-random.ts'

const IMPATIENT = { deadline: { totalMs: 3000, attemptMs: 150 } }

async function loaded(sessions: Sessions, id: string) {
  const session = await sessions.load(id)
  if (!session) throw new Error('the session is missing')
  return session
}

async function created(sessions: Sessions, data: object = { a: 1 }): Promise<string> {
  const id = newSessionId()
  await sessions.commit(id, { data })
  return id
}

describe('G1 no lost update', () => {
  it.each([2, 50])('G1 keeps the change of each of %i overlapping requests', async (writers) => {
    const { sessions } = await startSessions()
    const id = await created(sessions, { first: true })
    const overlapping = await Promise.all(Array.from({ length: writers }, () => loaded(sessions, id)))
    await Promise.all(
      overlapping.map((own, index) =>
        sessions.commit(id, { loaded: own, data: { ...own.data, [`key${index}`]: index } }),
      ),
    )
    const all = Array.from({ length: writers }, (_, index) => [`key${index}`, index])
    expect((await loaded(sessions, id)).data).toEqual({ first: true, ...Object.fromEntries(all) })
  })
})

describe('G2 a conflict is never silent', () => {
  it('G2 lets the later commit win and says so', async () => {
    const { sessions, events } = await startSessions()
    const id = await created(sessions)
    const [one, two] = [await loaded(sessions, id), await loaded(sessions, id)]
    await sessions.commit(id, { loaded: one, data: { a: 'one' } })
    expect(await sessions.commit(id, { loaded: two, data: { a: 'two' } })).toBe('updated')
    expect((await loaded(sessions, id)).data).toEqual({ a: 'two' })
    const conflicts = events.filter(({ type }) => type === 'conflict')
    expect(conflicts).toMatchObject([{ dataKeys: ['a'], resolution: 'later-wins' }])
  })

  it('G2 rejects the later commit with CONFLICT when told to', async () => {
    const { sessions } = await startSessions({ onConflict: 'reject' })
    const id = await created(sessions)
    const [one, two] = [await loaded(sessions, id), await loaded(sessions, id)]
    await sessions.commit(id, { loaded: one, data: { a: 'one' } })
    const late = sessions.commit(id, { loaded: two, data: { a: 'two' } })
    await expect(late).rejects.toMatchObject({ name: 'SessionError', code: 'CONFLICT', status: 409 })
    expect((await loaded(sessions, id)).data).toEqual({ a: 'one' })
  })

  it('G2 merges with a resolver and says so', async () => {
    const sum = (base: unknown, mine: unknown, theirs: unknown) =>
      Number(mine) + Number(theirs) - Number(base)
    const { sessions, events } = await startSessions({ onConflict: { a: sum } })
    const id = await created(sessions, { a: 10 })
    const [one, two] = [await loaded(sessions, id), await loaded(sessions, id)]
    await sessions.commit(id, { loaded: one, data: { a: 11 } })
    await sessions.commit(id, { loaded: two, data: { a: 15 } })
    expect((await loaded(sessions, id)).data).toEqual({ a: 16 })
    expect(events).toContainEqual(expect.objectContaining({ type: 'conflict', resolution: 'merged' }))
  })
})

describe('G3 no resurrection', () => {
  it('G3 answers gone to a commit and to a touch that come after the logout', async () => {
    const { sessions, time } = await startSessions()
    const id = await created(sessions)
    const [saver, toucher] = [await loaded(sessions, id), await loaded(sessions, id)]
    await sessions.destroy(id)
    time.now += 600
    expect(await sessions.commit(id, { loaded: saver, data: { a: 2 } })).toBe('gone')
    expect(await sessions.touch(id, { loaded: toucher })).toBe('gone')
    expect(await sessions.load(id)).toBeUndefined()
  })

  it('G3 is not undone by a delayed duplicate of the create', async () => {
    const { sessions, local } = await startSessions(IMPATIENT)
    local.fail({ kind: 'late', ms: 500, operation: 'PutItem', calls: [1] })
    const id = await created(sessions)
    await sessions.destroy(id)
    await local.idle()
    expect(local.requests.filter(({ fault }) => fault === 'late')).toHaveLength(1)
    expect(await sessions.load(id)).toBeUndefined()
  })

  it('G3 is not undone by a delayed duplicate of an update or a touch', async () => {
    const { sessions, local, time } = await startSessions(IMPATIENT)
    const id = await created(sessions)
    const [saver, toucher] = [await loaded(sessions, id), await loaded(sessions, id)]
    local.fail({ kind: 'late', ms: 500, operation: 'UpdateItem', calls: [1, 2] })
    time.now += 600
    await Promise.all([
      sessions.commit(id, { loaded: saver, data: { a: 2 } }),
      sessions.touch(id, { loaded: toucher }),
    ])
    await sessions.destroy(id)
    await local.idle()
    expect(await sessions.load(id)).toBeUndefined()
  })
})

it('G1 keeps a removal that a delayed duplicate would undo', async () => {
  const { sessions, local } = await startSessions(IMPATIENT)
  const id = await created(sessions)
  const adding = await loaded(sessions, id)
  local.fail({ kind: 'late', ms: 500, operation: 'UpdateItem', calls: [1] })
  await sessions.commit(id, { loaded: adding, data: { ...adding.data, flash: 'hello' } })
  const removing = await loaded(sessions, id)
  expect(removing.data).toHaveProperty('flash')
  const { flash: _flash, ...rest } = removing.data
  await sessions.commit(id, { loaded: removing, data: rest })
  await local.idle()
  expect((await loaded(sessions, id)).data).toEqual(rest)
})

describe('G4 a lost answer is success, once', () => {
  const lost: FaultRule = { kind: 'drop-response', calls: [1], operation: ['PutItem', 'UpdateItem'] }

  it('G4 recognises its own create', async () => {
    const { sessions, local, events } = await startSessions()
    local.fail(lost)
    const id = newSessionId()
    expect(await sessions.commit(id, { data: { a: 1 } })).toBe('created')
    expect((await loaded(sessions, id)).data).toEqual({ a: 1 })
    const seen = events.filter(({ type }) => type === 'recovered')
    expect(seen).toMatchObject([{ operation: 'create' }])
    expect(
      local.requests.filter(({ operation, status }) => operation === 'PutItem' && status === 200),
    ).toHaveLength(1)
  })

  it('G4 recognises its own update', async () => {
    const { sessions, local, events } = await startSessions()
    const id = await created(sessions)
    const own = await loaded(sessions, id)
    local.fail(lost)
    expect(await sessions.commit(id, { loaded: own, data: { b: 2 } })).toBe('updated')
    expect((await loaded(sessions, id)).data).toEqual({ b: 2 })
    expect(events.filter(({ type }) => type === 'recovered')).toMatchObject([{ operation: 'update' }])
    const applied = local.requests.filter(
      ({ operation, status }) => operation === 'UpdateItem' && status === 200,
    )
    expect(applied).toHaveLength(1)
  })

  it('G4 touches once', async () => {
    const { sessions, local, time } = await startSessions()
    const id = await created(sessions)
    const own = await loaded(sessions, id)
    local.fail(lost)
    time.now += 600
    expect(await sessions.touch(id, { loaded: own })).toBe('touched')
    expect((await loaded(sessions, id)).idleDeadline).toBe(time.now + 1800)
    const applied = local.requests.filter(
      ({ operation, status }) => operation === 'UpdateItem' && status === 200,
    )
    expect(applied).toHaveLength(1)
  })

  it('G4 destroys', async () => {
    const { sessions, local } = await startSessions()
    const id = await created(sessions)
    local.fail(lost)
    await expect(sessions.destroy(id)).resolves.toBeUndefined()
    expect(await sessions.load(id)).toBeUndefined()
  })

  it.each([1, 2])('G4 regenerates when answer %i is lost', async (call) => {
    const { sessions, local } = await startSessions()
    const id = await created(sessions)
    const own = await loaded(sessions, id)
    const newId = newSessionId()
    local.fail({ ...lost, calls: [call === 1 ? 1 : 3] })
    expect(await sessions.regenerate(id, newId, { loaded: own, data: { a: 2 } })).toBe('regenerated')
    expect(await sessions.load(id)).toBeUndefined()
    expect((await loaded(sessions, newId)).data).toEqual({ a: 2 })
  })
})

describe('G5 an expired session is never returned', () => {
  it('G5 one second after the idle deadline, with the row in place', async () => {
    const { sessions, time, dump } = await startSessions({ idleTimeout: 100 })
    const id = await created(sessions)
    time.now = START + 99
    expect(await sessions.load(id)).toBeDefined()
    time.now = START + 101
    expect(await sessions.load(id)).toBeUndefined()
    expect(await dump()).toHaveLength(1)
  })

  it('G5 one second after the absolute deadline, with the row in place', async () => {
    const { sessions, time, dump } = await startSessions({
      idleTimeout: 100,
      absoluteTimeout: 150,
      touchAfter: 0,
    })
    const id = await created(sessions)
    time.now = START + 90
    await sessions.touch(id)
    time.now = START + 149
    expect(await sessions.load(id)).toBeDefined()
    time.now = START + 151
    expect(await sessions.load(id)).toBeUndefined()
    expect(await dump()).toHaveLength(1)
  })
})

it.each([1, 2, 3, 4, 5])('G6 activity never outlives the absolute deadline (seed %i)', async (seed) => {
  const { sessions, time } = await startSessions({ idleTimeout: 100, absoluteTimeout: 500, touchAfter: 0 })
  const random = seededRandom(seed)
  let id = await created(sessions, { step: 0 })
  for (let step = 1; time.now < START + 700; step++) {
    time.now += 1 + Math.floor(random() * 40)
    const session = await sessions.load(id)
    if (time.now >= START + 500) expect(session).toBeUndefined()
    if (!session) break
    expect(session.absoluteDeadline).toBe(START + 500)
    const choice = Math.floor(random() * 3)
    if (choice === 0) await sessions.touch(id, { loaded: session })
    if (choice === 1) await sessions.commit(id, { loaded: session, data: { step } })
    if (choice === 2) {
      const newId = newSessionId()
      await sessions.regenerate(id, newId, { loaded: session, data: { step } })
      id = newId
    }
  }
  expect(time.now).toBeGreaterThan(START + 499)
})

it('G8 shows the session id nowhere', async () => {
  const { sessions, local, events, dump, time } = await startSessions({ maxSessionBytes: 2048 })
  const [id, newId] = [newSessionId(), newSessionId()]
  const errors: unknown[] = []
  const note = (error: unknown): void => void errors.push(error)
  await sessions.commit(id, { data: { a: 1 } })
  const own = await loaded(sessions, id)
  await sessions.commit(id, { loaded: own, data: { text: 'x'.repeat(4000) } }).catch(note)
  for (const fault of Object.values(namedErrors)) {
    const remove = local.fail(fault)
    await sessions.load(id).catch(note)
    await sessions.commit(id, { loaded: own, data: { a: 2 } }).catch(note)
    await sessions.destroy(id).catch(note)
    remove()
  }
  time.now += 600
  await sessions.touch(id)
  await sessions.regenerate(id, newId, { loaded: await loaded(sessions, id), data: { a: 3 } })
  await sessions.load(id)
  const seen = textOf([await dump(), events, errors, errors.map((error) => (error as Error).stack)])
  expect(errors.length).toBeGreaterThan(20)
  for (const secret of [id, newId]) {
    for (const form of [
      secret,
      Buffer.from(secret).toString('base64'),
      Buffer.from(secret).toString('hex'),
    ]) {
      expect(seen).not.toContain(form.slice(0, 8))
    }
  }
})

it('G11 stored keys reach no prototype', async () => {
  const { sessions, client, dump } = await startSessions()
  const before = Reflect.ownKeys(Object.prototype)
  const hostile =
    '{"polluted":true,"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'
  for (const key of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'plain']) {
    const id = await created(sessions)
    const fresh = (await dump()).find((item) => item[`d.a`] && !item['d.done'])
    await client.send(
      new UpdateItemCommand({
        TableName,
        Key: { id: fresh?.['id'] ?? { S: '' } },
        UpdateExpression: 'SET #key = :value, #done = :value',
        ExpressionAttributeNames: { '#key': `d.${key}`, '#done': 'd.done' },
        ExpressionAttributeValues: { ':value': { S: `w|${hostile}` } },
      }),
    )
    const { data } = await loaded(sessions, id)
    expect(Object.getPrototypeOf(data)).toBe(Object.prototype)
    expect('polluted' in data).toBe(false)
    expect(JSON.stringify(data)).not.toContain('__proto__')
    await sessions
      .commit(id, { loaded: await loaded(sessions, id), data: JSON.parse(`{"${key}":${hostile}}`) as object })
      .catch((error: unknown) => expect(error).toMatchObject({ code: 'INVALID_DATA' }))
    const again = await loaded(sessions, id)
    expect(Object.getPrototypeOf(again.data)).toBe(Object.prototype)
  }
  expect('polluted' in {}).toBe(false)
  expect(Reflect.ownKeys(Object.prototype)).toEqual(before)
})

describe('G12 a failed read is an error', () => {
  const others: FaultRule[] = [
    { kind: 'drop-request' },
    { kind: 'drop-response' },
    { kind: 'reset' },
    { kind: 'truncate' },
    { kind: 'black-hole' },
  ]
  const faults: [string, FaultRule][] = [
    ...Object.entries(namedErrors),
    ...others.map((rule): [string, FaultRule] => [rule.kind, rule]),
  ]
  it.each(faults)('G12 %s rejects, and the session is there afterwards', async (_name, fault) => {
    const { sessions, local, another } = await startSessions()
    const id = await created(sessions)
    local.fail({ ...fault, operation: 'GetItem' })
    const failing = another({ deadline: { totalMs: 500, attemptMs: 100 } }).load(id)
    await expect(failing).rejects.toBeInstanceOf(SessionError)
    local.heal()
    expect((await loaded(sessions, id)).data).toEqual({ a: 1 })
  })
})

it('G16 a thousand requests that change nothing write at most once in an interval', async () => {
  const { sessions, time, operations, local } = await startSessions()
  const id = await created(sessions)
  local.clearRequests()
  for (let index = 0; index < 1000; index++) {
    time.now = START + Math.floor(index * 0.3)
    const own = await loaded(sessions, id)
    await sessions.commit(id, { loaded: own, data: own.data })
  }
  expect(operations().filter((operation) => operation !== 'GetItem')).toEqual(['UpdateItem'])
})

it('G20 uses three operations at run time', async () => {
  const { sessions, local, time, operations } = await startSessions()
  local.fail({ kind: 'drop-response', calls: [2, 5, 9] })
  const [id, newId] = [await created(sessions), newSessionId()]
  const own = await loaded(sessions, id)
  const many = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`key${index}`, index]))
  await sessions.commit(id, { loaded: own, data: many })
  time.now += 600
  await sessions.touch(id)
  await sessions.regenerate(id, newId, { loaded: await loaded(sessions, id), data: { a: 1 } })
  await sessions.destroy(newId)
  await sessions.destroy(newSessionId())
  expect(new Set(operations())).toEqual(new Set(['GetItem', 'PutItem', 'UpdateItem']))
})

const CHILD = `
const { createSessions, newSessionId } = await import(process.env.CORE)
const sessions = createSessions({ endpoint: process.env.ENDPOINT, deadline: { totalMs: 300, attemptMs: 100 } })
const id = newSessionId()
try {
  await sessions.commit(id, { data: { a: 1 } })
  const loaded = await sessions.load(id)
  await sessions.commit(id, { loaded, data: { a: 2 } })
} catch (error) {
  if (error.name !== 'SessionError') throw error
}
sessions.close()
console.log('closed')
`

it.each<FaultRule | undefined>([
  undefined,
  { kind: 'black-hole' },
  { kind: 'reset' },
  { kind: 'late', ms: 300 },
])('G21 nothing keeps a process alive after close (%o)', async (fault) => {
  const { local } = await startSessions()
  if (fault) local.fail(fault)
  const env = {
    ...process.env,
    CORE: new URL('../dist/esm/index.js', import.meta.url).href,
    ENDPOINT: local.endpoint,
  }
  const args = ['--unhandled-rejections=strict', '--input-type=module', '--eval', CHILD]
  const child = spawn(process.execPath, args, { env })
  let closedAt = 0
  let complaints = ''
  child.stdout.once('data', () => (closedAt = performance.now()))
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()))
  const [code] = (await once(child, 'exit')) as [number | null]
  expect({ code, complaints }).toMatchObject({ code: 0 })
  expect(closedAt).toBeGreaterThan(0)
  expect(performance.now() - closedAt).toBeLessThan(1000)
})

describe('G22 sizes', () => {
  it('G22 stores a session at the limit and sends nothing one byte above', async () => {
    const { sessions, events, local } = await startSessions({ maxSessionBytes: 2048 })
    await created(sessions, { text: '' })
    const [first] = events
    const room = 2048 - (first?.type === 'created' ? first.sizeBytes : 0)
    const id = await created(sessions, { text: 'x'.repeat(room) })
    expect(events.at(-1)).toMatchObject({ type: 'created', sizeBytes: 2048 })
    const own = await loaded(sessions, id)
    local.clearRequests()
    const over = { text: 'x'.repeat(room + 1) }
    const tooLarge = { name: 'SessionError', code: 'TOO_LARGE' }
    await expect(sessions.commit(newSessionId(), { data: over })).rejects.toMatchObject(tooLarge)
    await expect(sessions.commit(id, { loaded: own, data: over })).rejects.toMatchObject(tooLarge)
    expect(local.requests).toHaveLength(0)
  })

  it('G22 stores almost 400 kB whole, and nothing of 400 KB', async () => {
    const { sessions, local } = await startSessions({ maxSessionBytes: 400_000 })
    const text = 'ü'.repeat(199_000)
    const id = await created(sessions, { text })
    expect((await loaded(sessions, id)).data).toEqual({ text })
    local.clearRequests()
    const commit = sessions.commit(newSessionId(), { data: { text: 'x'.repeat(400 * 1024) } })
    await expect(commit).rejects.toMatchObject({ code: 'TOO_LARGE' })
    expect(local.requests).toHaveLength(0)
  })
})

it.each(['load', 'commit', 'destroy'] as const)(
  'deadline: %s ends in time in a black hole',
  async (operation) => {
    const { local, another } = await startSessions()
    const sessions = another({ deadline: { totalMs: 400, attemptMs: 150 } })
    const id = newSessionId()
    local.fail({ kind: 'black-hole' })
    const started = performance.now()
    const call = operation === 'commit' ? sessions.commit(id, { data: { a: 1 } }) : sessions[operation](id)
    await expect(call).rejects.toMatchObject({ name: 'SessionError', status: 503 })
    expect(performance.now() - started).toBeLessThan(400 + 150)
    local.heal()
  },
)
