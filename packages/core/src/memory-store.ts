import { updated } from './change.ts'
import { isExpired } from './expiry.ts'
import type { Found, Outcome, SessionRecord, SessionStore } from './store.ts'

const DONE: Outcome = { outcome: 'done', recovered: false }

/**
 * The smallest honest store: the same contract in the memory of one process. For tests and for a first look;
 * sessions are lost with the process and are not shared with another.
 */
export function memoryStore(): SessionStore {
  const records = new Map<string, SessionRecord | 'destroyed'>()

  function find(key: string, now: number): Found {
    const record = records.get(key)
    if (!record) return { state: 'missing' }
    if (record === 'destroyed') return { state: 'destroyed' }
    return isExpired(record, now) ? { state: 'expired' } : { state: 'live', record }
  }

  function conflict(key: string, now: number): Outcome {
    const found = find(key, now)
    return found.state === 'live' ? { outcome: 'conflict', found: found.record } : { outcome: 'gone' }
  }

  return {
    load: async (key, { now }) => find(key, now),
    async create(record, { now }) {
      const { state } = find(record.key, now)
      if (state === 'destroyed' || state === 'live') return conflict(record.key, now)
      records.set(record.key, record)
      return DONE
    },
    async update({ key }, update, { now }) {
      const found = find(key, now)
      if (found.state !== 'live') return { outcome: 'gone' }
      const { record } = found
      const fits = [...update.expected].every(([dataKey, value]) => record.data.get(dataKey) === value)
      if (!fits) return { outcome: 'conflict', found: record }
      records.set(key, updated(record, update))
      return DONE
    },
    async touch(key, idleDeadline, { now }) {
      const found = find(key, now)
      if (found.state !== 'live') return 'gone'
      if (idleDeadline > found.record.idleDeadline) records.set(key, { ...found.record, idleDeadline })
      return 'done'
    },
    async destroy(key) {
      if (!records.has(key)) return 'missing'
      records.set(key, 'destroyed')
      return 'done'
    },
    async retire(loaded, { now }) {
      const found = find(loaded.key, now)
      if (found.state !== 'live') return { outcome: 'gone' }
      if (found.record.writeId !== loaded.writeId) return { outcome: 'conflict', found: found.record }
      records.set(loaded.key, 'destroyed')
      return DONE
    },
  }
}
