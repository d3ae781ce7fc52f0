import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Answer, errorAnswer, jsonAnswer } from './answer.ts'
import { isJSONObject, type JSONObject } from './json-object.ts'

/** Which tables delete expired items, and by which attribute. */
export interface TimeToLive {
  /** Answers UpdateTimeToLive for a table that exists. */
  update(table: string, specification: unknown): Answer
  /** Answers DescribeTimeToLive for a table that exists. */
  describe(table: string): Answer
  forget(table: string): void
  /** Every table with expiry switched on, and its attribute. */
  enabled(): [table: string, attribute: string][]
}

/** Keeps the state in the folder, if one is given. */
export function createTimeToLive(path: string | undefined): TimeToLive {
  const attributes = loadedFrom(path)
  function set(table: string, attribute: string | undefined): void {
    if (attribute === undefined) attributes.delete(table)
    else attributes.set(table, attribute)
    save(path, attributes)
  }
  return {
    update(table, specification) {
      const wanted = specificationOf(specification)
      if (wanted === undefined) return refused(invalidSpecification)
      const refusal = refusalOf(wanted, attributes.get(table))
      if (refusal !== undefined) return refused(refusal)
      set(table, wanted.enabled ? wanted.attribute : undefined)
      return jsonAnswer(200, { TimeToLiveSpecification: specification })
    },
    describe(table) {
      const attribute = attributes.get(table)
      const on = { TimeToLiveStatus: 'ENABLED', AttributeName: attribute }
      const description = attribute === undefined ? { TimeToLiveStatus: 'DISABLED' } : on
      return jsonAnswer(200, { TimeToLiveDescription: description })
    },
    forget(table) {
      if (attributes.has(table)) set(table, undefined)
    },
    enabled: () => [...attributes],
  }
}

interface Specification {
  readonly attribute: string
  readonly enabled: boolean
}

const invalidSpecification =
  "1 validation error detected: Value at 'timeToLiveSpecification' failed to satisfy constraint: " +
  'Member must have an AttributeName of 1 to 255 characters and a Boolean Enabled'

function specificationOf(value: unknown): Specification | undefined {
  const { AttributeName: attribute, Enabled: enabled }: JSONObject = isJSONObject(value) ? value : {}
  if (typeof attribute !== 'string' || typeof enabled !== 'boolean') return undefined
  return attribute.length > 0 && attribute.length <= 255 ? { attribute, enabled } : undefined
}

function refusalOf({ attribute, enabled }: Specification, current: string | undefined): string | undefined {
  if (current === undefined) return enabled ? undefined : 'TimeToLive is already disabled'
  if (current !== attribute) {
    return `TimeToLive is active on a different AttributeName: current AttributeName is ${current}`
  }
  return enabled ? 'TimeToLive is already enabled' : undefined
}

function refused(message: string): Answer {
  return errorAnswer({ status: 400, name: 'ValidationException', message })
}

function fileIn(path: string): string {
  return join(path, 'time-to-live.json')
}

function loadedFrom(path: string | undefined): Map<string, string> {
  if (path === undefined) return new Map()
  try {
    return new Map(Object.entries(JSON.parse(readFileSync(fileIn(path), 'utf8')) as Record<string, string>))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map() // readFileSync throws ErrnoException
    throw error
  }
}

/** Replaces the file in one step, so that a crash leaves the old one or the new one. */
function save(path: string | undefined, attributes: Map<string, string>): void {
  if (path === undefined) return
  mkdirSync(path, { recursive: true })
  const draft = `${fileIn(path)}.new`
  writeFileSync(draft, JSON.stringify(Object.fromEntries(attributes)))
  renameSync(draft, fileIn(path))
}
