import { SessionError } from '../errors.ts'
import { newWriteId } from '../session-id.ts'
import type { Outcome, SessionStore, StoreCall } from '../store.ts'
import { failureOf } from './failure.ts'
import { type FoundItem, type Item, fromItem } from './item.ts'
import { outcomeOf, touchOutcomeOf } from './outcome.ts'
import {
  type Request,
  type Target,
  blockingItemIn,
  createRequest,
  destroyRequest,
  readRequest,
  retireRequest,
  touchRequest,
  updateRequest,
} from './requests.ts'
import type { Send } from './sender.ts'

/** How a conditional write went: applied, or refused because of the item that stood in the way. */
type Written = { applied: true } | { applied: false; item: Item | undefined }

function known<Value>(found: Value | { outcome: 'tooNew' } | { state: 'tooNew' }): Value {
  if (isTooNew(found)) throw new SessionError('FORMAT_TOO_NEW', 'the session was written by a newer release')
  return found as Value // the one other member of the union
}

function isTooNew(found: unknown): boolean {
  return Object.values(found as object).includes('tooNew')
}

/**
 * Sessions in a DynamoDB table. One request per operation; a refused write that comes back without the item that
 * refused it costs one more read.
 */
export function dynamoDBStore(send: Send, target: Target, consistentRead: boolean): SessionStore {
  async function read(key: string, consistent: boolean, signal: AbortSignal): Promise<Item | undefined> {
    const { operation, input } = readRequest(target, key, consistent)
    const { Item: item } = (await send(operation, input, signal)) as { Item?: Item }
    // A desynchronised connection must never hand out another user's session.
    if (item && item[target.names.id]?.S !== key) {
      throw new SessionError('STORE_FAILED', 'session store unavailable', {
        cause: new Error('the answer was about another key'),
      })
    }
    return item
  }

  async function write({ operation, input }: Request, key: string, signal: AbortSignal): Promise<Written> {
    try {
      await send(operation, input, signal)
      return { applied: true }
    } catch (error) {
      if (failureOf(error) !== 'condition') throw error
      const item = blockingItemIn(error)
      if (item && item[target.names.id]?.S === key) return { applied: false, item }
      // Nothing there, or an engine that does not return it: look.
      return { applied: false, item: await read(key, true, signal) }
    }
  }

  function found(item: Item | undefined, { now }: StoreCall): FoundItem {
    return fromItem(item, target.names, now)
  }

  const DONE: Outcome = { outcome: 'done', recovered: false }

  return {
    async load(key, call) {
      return known(found(await read(key, consistentRead, call.signal), call))
    },
    async create(record, { now, signal }) {
      const written = await write(createRequest(target, record, now), record.key, signal)
      if (written.applied) return DONE
      return known(outcomeOf({ item: written.item, names: target.names, writeId: record.writeId, now }))
    },
    async update(loaded, update, { now, signal }) {
      const written = await write(updateRequest(target, loaded, update, now), loaded.key, signal)
      if (written.applied) return DONE
      const judgement = { item: written.item, names: target.names, writeId: update.writeId, now }
      return known(outcomeOf(judgement, update))
    },
    async touch(key, idleDeadline, { now, signal }) {
      const written = await write(touchRequest(target, key, idleDeadline, now), key, signal)
      return written.applied ? 'done' : touchOutcomeOf(written.item, target.names, now)
    },
    async destroy(key, { now, signal }) {
      const written = await write(destroyRequest(target, key, newWriteId(), now), key, signal)
      return written.applied ? 'done' : 'missing'
    },
    async retire(loaded, { now, signal }) {
      const writeId = newWriteId()
      const written = await write(retireRequest(target, loaded, writeId, now), loaded.key, signal)
      if (written.applied) return DONE
      return known(outcomeOf({ item: written.item, names: target.names, writeId, now }))
    },
  }
}
