import { type SessionRecord, type SessionStore, memoryStore } from '@dynamodb-session/core'
import { describe, expect, it } from 'vitest'
import { storeScenarios } from '../src/store-conformance.ts'

/** A memory store with all its records in reach, so that a defect can be built on top of it. */
function openHeart(): { store: SessionStore; force: (record: SessionRecord) => void } {
  const inner = memoryStore()
  const forced = new Map<string, SessionStore>()
  const at = (key: string): SessionStore => forced.get(key) ?? inner
  const store: SessionStore = {
    load: async (key, call) => at(key).load(key, call),
    create: async (record, call) => at(record.key).create(record, call),
    update: async (loaded, update, call) => at(loaded.key).update(loaded, update, call),
    touch: async (key, idleDeadline, call) => at(key).touch(key, idleDeadline, call),
    destroy: async (key, call) => at(key).destroy(key, call),
    retire: async (loaded, call) => at(loaded.key).retire(loaded, call),
  }
  /** Puts a record under its key, whatever stands there. */
  function force(record: SessionRecord): void {
    const own = memoryStore()
    forced.set(record.key, own)
    void own.create(record, { now: record.createdAt, signal: new AbortController().signal })
  }
  return { store, force }
}

const ALWAYS = 0 // a time at which nothing has expired
const DONE = { outcome: 'done', recovered: false } as const

interface Broken {
  readonly defect: string
  readonly caughtBy: string
  readonly make: () => SessionStore
}

const BROKEN: readonly Broken[] = [
  {
    defect: 'an update that does not compare',
    caughtBy: 'names the conflict when two updates change one data key',
    make: () => {
      const { store } = openHeart()
      return {
        ...store,
        update: async (loaded, update, call) =>
          store.update(loaded, { ...update, expected: new Map() }, call),
      }
    },
  },
  {
    defect: 'an update that writes everything it loaded',
    caughtBy: 'keeps two updates of different data keys that began from the same session',
    make: () => {
      const { store } = openHeart()
      return {
        ...store,
        update: async (loaded, update, call) =>
          store.update(loaded, { ...update, set: new Map([...loaded.data, ...update.set]) }, call),
      }
    },
  },
  {
    defect: 'an update that stops at a hundred data keys',
    caughtBy: 'changes more than a hundred data keys in one update',
    make: () => {
      const { store } = openHeart()
      return {
        ...store,
        update: async (loaded, update, call) =>
          store.update(loaded, { ...update, set: new Map([...update.set].slice(0, 100)) }, call),
      }
    },
  },
  {
    defect: 'an update that revives an expired session',
    caughtBy: 'lets no update revive an expired session',
    make: () => {
      const { store } = openHeart()
      return {
        ...store,
        update: async (loaded, update, call) => store.update(loaded, update, { ...call, now: ALWAYS }),
      }
    },
  },
  {
    defect: 'a touch that creates',
    caughtBy: 'lets no update and no touch create a session',
    make: () => {
      const { store, force } = openHeart()
      return {
        ...store,
        async touch(key, idleDeadline, call) {
          const done = await store.touch(key, idleDeadline, call)
          if (done === 'gone') force(bareRecord(key, call.now, idleDeadline))
          return 'done'
        },
      }
    },
  },
  {
    defect: 'a touch that brings a destroyed session back',
    caughtBy: 'lets no touch bring a destroyed session back',
    make: () => {
      const { store, force } = openHeart()
      return {
        ...store,
        async touch(key, idleDeadline, call) {
          const { state } = await store.load(key, call)
          if (state === 'destroyed') force(bareRecord(key, call.now, idleDeadline))
          return store.touch(key, idleDeadline, call)
        },
      }
    },
  },
  {
    defect: 'a touch that revives an expired session',
    caughtBy: 'lets no touch revive an expired session',
    make: () => {
      const { store } = openHeart()
      return {
        ...store,
        touch: async (key, idleDeadline, call) => store.touch(key, idleDeadline, { ...call, now: ALWAYS }),
      }
    },
  },
  {
    defect: 'a touch that shortens',
    caughtBy: 'lets no touch shorten a live session',
    make: () => {
      const { store, force } = openHeart()
      return {
        ...store,
        async touch(key, idleDeadline, call) {
          const found = await store.load(key, call)
          if (found.state !== 'live') return 'gone'
          force({ ...found.record, idleDeadline })
          return 'done'
        },
      }
    },
  },
  {
    defect: 'a touch that does nothing',
    caughtBy: 'lets a touch extend a live session and leave the rest alone',
    make: () => {
      const { store } = openHeart()
      return { ...store, touch: async (key, _idleDeadline, call) => store.touch(key, ALWAYS, call) }
    },
  },
  {
    defect: 'a create that overwrites',
    caughtBy: 'refuses to create over a key in use and hands out what stands there',
    make: () => {
      const { store, force } = openHeart()
      return {
        ...store,
        async create(record) {
          force(record)
          return DONE
        },
      }
    },
  },
  {
    defect: 'a create that refuses an expired key',
    caughtBy: 'creates over an expired session that is still stored, and keeps nothing of it',
    make: () => {
      const { store } = openHeart()
      return { ...store, create: async (record, call) => store.create(record, { ...call, now: ALWAYS }) }
    },
  },
  {
    defect: 'a destroy that deletes',
    caughtBy: 'refuses to create over a destroyed session',
    make: () => {
      let store = memoryStore()
      return {
        load: async (key, call) => store.load(key, call),
        create: async (record, call) => store.create(record, call),
        update: async (loaded, update, call) => store.update(loaded, update, call),
        touch: async (key, idleDeadline, call) => store.touch(key, idleDeadline, call),
        retire: async (loaded, call) => store.retire(loaded, call),
        async destroy(key, call) {
          const answer = await store.destroy(key, call)
          store = memoryStore()
          return answer
        },
      }
    },
  },
  {
    defect: 'a destroy that leaves a tombstone for a missing session',
    caughtBy: 'destroys a missing session without complaint and stores nothing',
    make: () => {
      const { store } = openHeart()
      return {
        ...store,
        async destroy(key, call) {
          await store.create(bareRecord(key, call.now, call.now + 1), call)
          return store.destroy(key, call)
        },
      }
    },
  },
  {
    defect: 'a load that ignores both deadlines',
    caughtBy: 'hides an idle session that is still stored',
    make: () => {
      const { store } = openHeart()
      return { ...store, load: async (key, call) => store.load(key, { ...call, now: ALWAYS }) }
    },
  },
  {
    defect: 'a load that ignores the absolute deadline',
    caughtBy: 'hides a session past its absolute deadline that is still stored',
    make: () => {
      const { store } = openHeart()
      return {
        ...store,
        async load(key, call) {
          const found = await store.load(key, { ...call, now: ALWAYS })
          return found.state === 'live' && found.record.idleDeadline <= call.now
            ? { state: 'expired' }
            : found
        },
      }
    },
  },
  {
    defect: 'a retire that does not compare',
    caughtBy: 'refuses to retire a session after another write',
    make: () => {
      const { store } = openHeart()
      return {
        ...store,
        async retire(loaded, call) {
          await store.destroy(loaded.key, call)
          return DONE
        },
      }
    },
  },
]

function bareRecord(key: string, now: number, idleDeadline: number): SessionRecord {
  return {
    key,
    data: new Map(),
    meta: undefined,
    createdAt: now,
    idleDeadline,
    absoluteDeadline: now + 10_000,
    writeId: 'broken',
  }
}

/** Names of the scenarios that a store fails, each run on a store of its own. */
async function failedBy(make: () => SessionStore): Promise<string[]> {
  const failed: string[] = []
  for (const { name, run } of storeScenarios) {
    // One at a time: an assertion that fails belongs to one scenario.
    // oxlint-disable-next-line no-await-in-loop
    await run(make()).catch(() => failed.push(name))
  }
  return failed
}

describe('the store scenarios', () => {
  it('let a sound store pass', async () => {
    expect(await failedBy(() => openHeart().store)).toEqual([])
  })

  it.each(BROKEN)('notice $defect', async ({ caughtBy, make }) => {
    expect(await failedBy(make)).toContain(caughtBy)
  })
})
