import type { Found, SessionRecord, SessionStore, SessionUpdate, StoreCall } from '@dynamodb-session/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

/** One promise that every store keeps. */
export interface StoreScenario {
  /** A sentence that the store makes true. */
  readonly name: string
  /** Rejects when an empty store does not keep the promise. */
  run(store: SessionStore): Promise<void>
}

/** A fresh, empty store, and how to let go of it. */
export interface OpenedStore {
  readonly store: SessionStore
  close(): Promise<void>
}

const NOW = 1_800_000_000

function at(now: number): StoreCall {
  return { now, signal: new AbortController().signal }
}

function aRecord(changes: Partial<SessionRecord> = {}): SessionRecord {
  return {
    key: 's#alice',
    data: new Map([
      ['cart', 'w1|["tea"]'],
      ['user', 'w1|"alice"'],
    ]),
    meta: undefined,
    createdAt: NOW,
    idleDeadline: NOW + 1000,
    absoluteDeadline: NOW + 5000,
    writeId: 'w1',
    ...changes,
  }
}

function anUpdate(changes: Partial<SessionUpdate> = {}): SessionUpdate {
  return {
    writeId: 'w2',
    set: new Map(),
    expected: new Map(),
    meta: undefined,
    idleDeadline: NOW + 1000,
    ...changes,
  }
}

/** An update that sets one data key. */
function setting(key: string, value: string, expected: string | undefined): SessionUpdate {
  return anUpdate({
    writeId: value.slice(0, value.indexOf('|')),
    set: new Map([[key, value]]),
    expected: new Map([[key, expected]]),
  })
}

async function created(store: SessionStore, changes: Partial<SessionRecord> = {}): Promise<SessionRecord> {
  const record = aRecord(changes)
  expect(await store.create(record, at(NOW))).toEqual({ outcome: 'done', recovered: false })
  return record
}

async function stateOf(store: SessionStore, now: number): Promise<Found['state']> {
  return (await store.load('s#alice', at(now))).state
}

async function liveIn(store: SessionStore, now = NOW): Promise<SessionRecord> {
  const found = await store.load('s#alice', at(now))
  if (found.state !== 'live') throw new Error(`the session is ${found.state}, not live`)
  return found.record
}

/** What every store promises, as a list that also runs without a test runner's blocks. */
export const storeScenarios: readonly StoreScenario[] = [
  {
    name: 'loads what it created',
    async run(store) {
      const record = await created(store, { meta: '{"cookie":{"path":"/"}}' })
      expect(await liveIn(store)).toEqual(record)
    },
  },
  {
    name: 'loads a session without data and without bookkeeping',
    async run(store) {
      const record = await created(store, { data: new Map() })
      expect(await liveIn(store)).toEqual(record)
    },
  },
  {
    name: 'answers missing for an unknown key',
    async run(store) {
      await created(store)
      expect(await store.load('s#bob', at(NOW))).toEqual({ state: 'missing' })
    },
  },
  {
    name: 'refuses to create over a key in use and hands out what stands there',
    async run(store) {
      const first = await created(store)
      const second = aRecord({ writeId: 'w2', data: new Map([['user', 'w2|"mallory"']]) })
      expect(await store.create(second, at(NOW))).toEqual({ outcome: 'conflict', found: first })
      expect(await liveIn(store)).toEqual(first)
    },
  },
  {
    name: 'refuses to create over a destroyed session',
    async run(store) {
      await created(store)
      await store.destroy('s#alice', at(NOW))
      expect(await store.create(aRecord({ writeId: 'w2' }), at(NOW))).toEqual({ outcome: 'gone' })
      expect(await stateOf(store, NOW)).toBe('destroyed')
    },
  },
  {
    name: 'refuses to create over a retired session',
    async run(store) {
      const record = await created(store)
      await store.retire(record, at(NOW))
      expect(await store.create(aRecord({ writeId: 'w2' }), at(NOW))).toEqual({ outcome: 'gone' })
    },
  },
  {
    name: 'creates over an expired session that is still stored, and keeps nothing of it',
    async run(store) {
      await created(store, { meta: '{"old":true}' })
      const next = aRecord({
        writeId: 'w2',
        data: new Map([['visits', 'w2|1']]),
        createdAt: NOW + 2000,
        idleDeadline: NOW + 3000,
      })
      expect(await store.create(next, at(NOW + 2000))).toMatchObject({ outcome: 'done' })
      expect(await liveIn(store, NOW + 2000)).toEqual(next)
    },
  },
  {
    name: 'hides an idle session that is still stored',
    async run(store) {
      await created(store)
      expect(await stateOf(store, NOW + 999)).toBe('live')
      expect(await stateOf(store, NOW + 1000)).not.toBe('live')
    },
  },
  {
    name: 'hides a session past its absolute deadline that is still stored',
    async run(store) {
      await created(store, { absoluteDeadline: NOW + 500 })
      expect(await stateOf(store, NOW + 499)).toBe('live')
      expect(await stateOf(store, NOW + 500)).not.toBe('live')
    },
  },
  {
    name: 'updates the changed data keys and no others',
    async run(store) {
      const record = await created(store, {
        data: new Map([
          ['cart', 'w1|[]'],
          ['flash', 'w1|"hi"'],
          ['user', 'w1|"alice"'],
        ]),
        meta: '{"kept":true}',
      })
      const update = anUpdate({
        set: new Map([
          ['cart', 'w2|["tea"]'],
          ['visits', 'w2|1'],
          ['flash', 'w2|'],
        ]),
        expected: new Map([
          ['cart', 'w1|[]'],
          ['visits', undefined],
          ['flash', 'w1|"hi"'],
        ]),
        idleDeadline: NOW + 1500,
      })
      expect(await store.update(record, update, at(NOW))).toEqual({ outcome: 'done', recovered: false })
      expect(await liveIn(store)).toEqual({
        ...record,
        data: new Map([
          ['cart', 'w2|["tea"]'],
          ['user', 'w1|"alice"'],
          ['visits', 'w2|1'],
          ['flash', 'w2|'],
        ]),
        writeId: 'w2',
        idleDeadline: NOW + 1500,
      })
    },
  },
  {
    name: 'replaces the bookkeeping when an update brings one',
    async run(store) {
      const record = await created(store, { meta: '{"a":1}' })
      await store.update(record, anUpdate({ meta: '{"b":2}' }), at(NOW))
      expect(await liveIn(store)).toEqual({ ...record, meta: '{"b":2}', writeId: 'w2' })
    },
  },
  {
    name: 'keeps two updates of different data keys that began from the same session',
    async run(store) {
      const record = await created(store)
      const mine = await store.update(record, setting('cart', 'w2|[]', 'w1|["tea"]'), at(NOW))
      const theirs = await store.update(record, setting('user', 'w3|"bob"', 'w1|"alice"'), at(NOW))
      expect([mine.outcome, theirs.outcome]).toEqual(['done', 'done'])
      const expected = new Map([
        ['cart', 'w2|[]'],
        ['user', 'w3|"bob"'],
      ])
      expect((await liveIn(store)).data).toEqual(expected)
    },
  },
  {
    name: 'names the conflict when two updates change one data key',
    async run(store) {
      const record = await created(store)
      await store.update(record, setting('cart', 'w2|["milk"]', 'w1|["tea"]'), at(NOW))
      const late = await store.update(record, setting('cart', 'w3|["rum"]', 'w1|["tea"]'), at(NOW))
      const stored = await liveIn(store)
      expect(late).toEqual({ outcome: 'conflict', found: stored })
      expect(stored.data.get('cart')).toBe('w2|["milk"]')
    },
  },
  {
    name: 'names the conflict when two updates add one data key',
    async run(store) {
      const record = await created(store)
      await store.update(record, setting('new', 'w2|1', undefined), at(NOW))
      const late = await store.update(record, setting('new', 'w3|1', undefined), at(NOW))
      const stored = await liveIn(store)
      expect(late).toEqual({ outcome: 'conflict', found: stored })
      expect(stored.data.get('new')).toBe('w2|1')
    },
  },
  {
    name: 'names the conflict when an update removes what another changed',
    async run(store) {
      const record = await created(store)
      await store.update(record, setting('cart', 'w2|[]', 'w1|["tea"]'), at(NOW))
      const removal = anUpdate({
        writeId: 'w3',
        set: new Map([['cart', 'w3|']]),
        expected: new Map([['cart', 'w1|["tea"]']]),
      })
      const late = await store.update(record, removal, at(NOW))
      expect(late).toEqual({ outcome: 'conflict', found: await liveIn(store) })
    },
  },
  {
    name: 'lets exactly one of many simultaneous updates of one data key through',
    async run(store) {
      const record = await created(store)
      const writes = Array.from({ length: 8 }, async (_, index) =>
        store.update(record, setting('cart', `x${index}|[]`, 'w1|["tea"]'), at(NOW)),
      )
      const outcomes = (await Promise.all(writes)).map(({ outcome }) => outcome)
      expect(outcomes.toSorted()).toEqual([...Array<string>(7).fill('conflict'), 'done'])
    },
  },
  {
    name: 'lets no update bring a destroyed session back',
    async run(store) {
      const record = await created(store)
      await store.destroy('s#alice', at(NOW))
      expect(await store.update(record, setting('a', 'w2|1', undefined), at(NOW))).toEqual({
        outcome: 'gone',
      })
      expect(await stateOf(store, NOW)).toBe('destroyed')
    },
  },
  {
    name: 'lets no touch bring a destroyed session back',
    async run(store) {
      await created(store)
      await store.destroy('s#alice', at(NOW))
      expect(await store.touch('s#alice', NOW + 2000, at(NOW))).toBe('gone')
      expect(await stateOf(store, NOW)).toBe('destroyed')
    },
  },
  {
    name: 'lets no update revive an expired session',
    async run(store) {
      const record = await created(store)
      const update = { ...setting('a', 'w2|1', undefined), idleDeadline: NOW + 4000 }
      expect(await store.update(record, update, at(NOW + 1000))).toEqual({ outcome: 'gone' })
      expect(await stateOf(store, NOW + 1000)).not.toBe('live')
    },
  },
  {
    name: 'lets no touch revive an expired session',
    async run(store) {
      await created(store)
      expect(await store.touch('s#alice', NOW + 4000, at(NOW + 1000))).toBe('gone')
      expect(await stateOf(store, NOW + 1000)).not.toBe('live')
    },
  },
  {
    name: 'lets no update and no touch create a session',
    async run(store) {
      const update = setting('a', 'w2|1', undefined)
      expect(await store.update(aRecord(), update, at(NOW))).toEqual({ outcome: 'gone' })
      expect(await store.touch('s#alice', NOW + 2000, at(NOW))).toBe('gone')
      expect(await stateOf(store, NOW)).toBe('missing')
    },
  },
  {
    name: 'lets a touch extend a live session and leave the rest alone',
    async run(store) {
      const record = await created(store, { meta: '{"a":1}' })
      expect(await store.touch('s#alice', NOW + 2000, at(NOW + 500))).toBe('done')
      expect(await liveIn(store, NOW + 1500)).toEqual({ ...record, idleDeadline: NOW + 2000 })
    },
  },
  {
    name: 'lets no touch shorten a live session',
    async run(store) {
      const record = await created(store)
      expect(await store.touch('s#alice', NOW + 100, at(NOW))).toBe('done')
      expect(await liveIn(store)).toEqual(record)
    },
  },
  {
    name: 'destroys a session, and once more without complaint',
    async run(store) {
      await created(store)
      expect(await store.destroy('s#alice', at(NOW))).toBe('done')
      expect(await store.destroy('s#alice', at(NOW))).toBe('done')
      expect(await stateOf(store, NOW)).toBe('destroyed')
    },
  },
  {
    name: 'destroys a missing session without complaint and stores nothing',
    async run(store) {
      expect(await store.destroy('s#alice', at(NOW))).toBe('missing')
      expect(await stateOf(store, NOW)).toBe('missing')
      await created(store)
    },
  },
  {
    name: 'retires a session that is still as it was loaded',
    async run(store) {
      const record = await created(store)
      await store.touch('s#alice', NOW + 2000, at(NOW))
      expect(await store.retire(record, at(NOW))).toEqual({ outcome: 'done', recovered: false })
      expect(await stateOf(store, NOW)).toBe('destroyed')
    },
  },
  {
    name: 'refuses to retire a session after another write',
    async run(store) {
      const record = await created(store)
      await store.update(record, setting('a', 'w2|1', undefined), at(NOW))
      const stored = await liveIn(store)
      expect(await store.retire(record, at(NOW))).toEqual({ outcome: 'conflict', found: stored })
      expect(await liveIn(store)).toEqual(stored)
    },
  },
  {
    name: 'answers gone when the session to retire has ended',
    async run(store) {
      const record = await created(store)
      expect(await store.retire(record, at(NOW + 1000))).toEqual({ outcome: 'gone' })
      await store.destroy('s#alice', at(NOW))
      expect(await store.retire(record, at(NOW))).toEqual({ outcome: 'gone' })
    },
  },
  {
    name: 'changes more than a hundred data keys in one update',
    async run(store) {
      const record = await created(store)
      const set = new Map(Array.from({ length: 150 }, (_, index) => [`key${index}`, `w2|${index}`]))
      const keys = [...set.keys()]
      const update = anUpdate({
        set,
        expected: new Map(keys.map((key) => [key, undefined])),
      })
      expect(await store.update(record, update, at(NOW))).toMatchObject({ outcome: 'done' })
      const wanted = new Map([...record.data, ...set])
      expect(await liveIn(store)).toEqual({ ...record, data: wanted, writeId: 'w2' })
    },
  },
  {
    name: 'names the conflict of an update with more than a hundred data keys',
    async run(store) {
      const record = await created(store)
      await store.update(record, setting('key7', 'w2|"first"', undefined), at(NOW))
      const stored = await liveIn(store)
      const set = new Map(Array.from({ length: 150 }, (_, index) => [`key${index}`, `w3|${index}`]))
      const expected = new Map([...set.keys()].map((key) => [key, undefined]))
      const late = await store.update(record, anUpdate({ writeId: 'w3', set, expected }), at(NOW))
      expect(late).toEqual({ outcome: 'conflict', found: stored })
      expect(await liveIn(store)).toEqual(stored)
    },
  },
  {
    name: 'takes data keys with dots, spaces, signs, other scripts and great length',
    async run(store) {
      const keys = [
        'a.b',
        'a b',
        '日本語',
        '🍵',
        '#x',
        ':x',
        '"quoted"',
        '[0]',
        'SET',
        'gone',
        'd.d',
        'x'.repeat(300),
      ]
      const record = await created(store, { data: new Map(keys.map((key) => [key, 'w1|1'])) })
      expect(await liveIn(store)).toEqual(record)
      const update = anUpdate({
        set: new Map(keys.map((key) => [key, 'w2|2'])),
        expected: new Map(keys.map((key) => [key, 'w1|1'])),
      })
      expect(await store.update(record, update, at(NOW))).toMatchObject({ outcome: 'done' })
      expect((await liveIn(store)).data).toEqual(update.set)
    },
  },
  {
    name: 'keeps sessions apart',
    async run(store) {
      const alice = await created(store)
      await created(store, { key: 's#bob' })
      await store.destroy('s#bob', at(NOW))
      expect(await liveIn(store)).toEqual(alice)
    },
  },
]

/** Tests one store: `openStore` answers a fresh, empty one before each scenario. */
export function storeConformance(name: string, openStore: () => Promise<OpenedStore>): void {
  describe(`${name} store`, () => {
    let opened: OpenedStore | undefined

    beforeEach(async () => {
      opened = await openStore()
    })
    afterEach(async () => {
      await opened?.close()
      opened = undefined
    })

    for (const scenario of storeScenarios) {
      // oxlint-disable-next-line vitest/expect-expect, vitest/valid-title -- the scenario expects, and has the name
      it(scenario.name, async () => {
        if (!opened) throw new Error('no store was opened')
        await scenario.run(opened.store)
      })
    }
  })
}
