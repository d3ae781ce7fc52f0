import type { Outcome, SessionUpdate } from '../store.ts'
import { type AttributeNames, DATA_PREFIX, type FoundItem, type Item, fromItem } from './item.ts'

const DONE_BEFORE: Outcome = { outcome: 'done', recovered: true }

function judged(found: FoundItem): Outcome | { outcome: 'tooNew' } {
  if (found.state === 'tooNew') return { outcome: 'tooNew' }
  return found.state === 'live' ? { outcome: 'conflict', found: found.record } : { outcome: 'gone' }
}

function holdsWholly(item: Item, { set }: SessionUpdate): boolean {
  return set.size > 0 && [...set].every(([key, value]) => item[DATA_PREFIX + key]?.S === value)
}

/** A failed write, judged by the item that stood in the way. */
export interface Judgement {
  readonly item: Item | undefined
  readonly names: AttributeNames
  readonly writeId: string
  readonly now: number
}

/** What a failed create, update or retire means. An earlier attempt whose answer was lost counts as done. */
export function outcomeOf(
  { item, names, writeId, now }: Judgement,
  update?: SessionUpdate,
): Outcome | { outcome: 'tooNew' } {
  if (item?.['rev']?.S === writeId) return DONE_BEFORE
  if (item && update && !item['gone'] && holdsWholly(item, update)) return DONE_BEFORE
  return judged(fromItem(item, names, now))
}

/** What a failed touch means. A live session that refuses has been touched by somebody else: just as good. */
export function touchOutcomeOf(item: Item | undefined, names: AttributeNames, now: number): 'done' | 'gone' {
  if (item?.['next']) return 'gone'
  const { state } = fromItem(item, names, now)
  return state === 'live' || state === 'tooNew' ? 'done' : 'gone'
}
