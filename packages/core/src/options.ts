import type { ConflictPolicy } from './conflict.ts'
import type { AttributeNames } from './dynamodb/item.ts'
import type { Patience } from './dynamodb/sender.ts'
import type { ConnectionOptions, DynamoDBClientLike, Transport } from './dynamodb/transport.ts'
import { invalidOption } from './errors.ts'
import type { EventListener } from './events.ts'
import type { SessionStore } from './store.ts'

/** What sessions are and where they live. Every option has a default except where it says so. */
export interface SessionsOptions extends ConnectionOptions {
  /** Name of the DynamoDB table. @default env `DYNAMODB_SESSION_TABLE_NAME`, else `'sessions'` */
  table?: string
  /** A ready AWS SDK client. Give it time limits of its own. @default one built from region, endpoint, credentials */
  client?: DynamoDBClientLike
  /** Another way to send requests. */
  transport?: Transport
  /** Another place for sessions, such as `memoryStore()`; the options about DynamoDB are then unused. */
  store?: SessionStore
  /**
   * Longest gap between two requests, in seconds. When given it holds whatever lifetime a cookie has.
   * Too short logs readers out, too long keeps forgotten browsers logged in.
   * @default 1800, or the lifetime of the session's own cookie
   */
  idleTimeout?: number
  /** Longest life of a session, however active, in seconds. @default 43200 */
  absoluteTimeout?: number
  /** Least gain, in seconds, for which a touch is worth a write. 0 writes on every request. @default idleTimeout/10, at most 300 */
  touchAfter?: number
  /** Whether reads are strongly consistent. `false` halves their price and may not see a login just made. @default true */
  consistentRead?: boolean
  /** Keys the hash of the session id, and signs the cookie in adapters. The first is used, all are accepted. At least 32 characters each. */
  secret?: string | readonly string[]
  /** What happens when two requests change the same data key. @default 'later-wins', with an event */
  onConflict?: ConflictPolicy
  /** Receives every event. */
  onEvent?: EventListener
  /** Largest session in bytes, as DynamoDB counts them, 1024 to 400000. @default 65536 */
  maxSessionBytes?: number
  /** Names of the partition key and the TTL attribute in an existing table. @default { id: 'id', expires: 'expires' } */
  attributes?: Partial<AttributeNames>
  /** Limits in milliseconds: for one call with all its attempts, and for one attempt. @default { totalMs: 700, attemptMs: 250 } */
  deadline?: { totalMs?: number; attemptMs?: number }
  /** Attempts and back-off in milliseconds. @default { attempts: 3, baseMs: 25, capMs: 200 } */
  retry?: { attempts?: number; baseMs?: number; capMs?: number }
  /** The time in epoch seconds, for tests. @default the system's */
  clock?: () => number
}

/** Options after their check: complete and valid. */
export interface ResolvedOptions {
  readonly table: string
  readonly idleTimeout: number
  /** The most that a session's own lifetime may be. */
  readonly longestIdleTimeout: number
  readonly absoluteTimeout: number
  readonly touchAfter: number
  readonly consistentRead: boolean
  readonly secrets: readonly string[]
  readonly onConflict: ConflictPolicy
  readonly maxSessionBytes: number
  readonly attributes: AttributeNames
  readonly totalMs: number
  readonly patience: Patience
  readonly clock: () => number
}

const MIN_SECRET_LENGTH = 32

function shown(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value)
}

function assertWhole(
  name: string,
  value: number,
  { least, most, unit }: { least: number; most: number; unit: string },
) {
  if (Number.isInteger(value) && value >= least && value <= most) return
  throw invalidOption(
    `${name} must be a whole number of ${unit} from ${least} to ${most}, got ${shown(value)}`,
  )
}

function assertSeconds(name: string, value: number, least: number): void {
  assertWhole(name, value, { least, most: 10 * 365 * 86_400, unit: 'seconds' })
}

/** The secrets as a list, each long enough to be one. */
export function secretsOf(secret: string | readonly string[] | undefined): readonly string[] {
  const secrets = secret === undefined ? [] : [secret].flat()
  for (const each of secrets) {
    if (typeof each === 'string' && each.length >= MIN_SECRET_LENGTH) continue
    throw invalidOption(
      `secret must be a random text of at least ${MIN_SECRET_LENGTH} characters; make one with: openssl rand -base64 32`,
    )
  }
  return secrets
}

function timeoutsOf(options: SessionsOptions) {
  const { idleTimeout = 30 * 60, absoluteTimeout = 12 * 60 * 60 } = options
  assertSeconds('idleTimeout', idleTimeout, 1)
  assertSeconds('absoluteTimeout', absoluteTimeout, 1)
  const { touchAfter = Math.min(Math.floor(idleTimeout / 10), 300) } = options
  assertSeconds('touchAfter', touchAfter, 0)
  if (touchAfter >= idleTimeout) {
    throw invalidOption(
      `touchAfter (${touchAfter}) must be less than idleTimeout (${idleTimeout}), or no touch would come in time`,
    )
  }
  if (options.idleTimeout !== undefined && idleTimeout > absoluteTimeout) {
    throw invalidOption(
      `idleTimeout (${idleTimeout}) must not exceed absoluteTimeout (${absoluteTimeout}); raise absoluteTimeout`,
    )
  }
  const longestIdleTimeout = options.idleTimeout === undefined ? absoluteTimeout : idleTimeout
  return { idleTimeout, longestIdleTimeout, absoluteTimeout, touchAfter }
}

function limitsOf({ deadline = {}, retry = {}, maxSessionBytes = 64 * 1024 }: SessionsOptions) {
  const { totalMs = 700, attemptMs = 250 } = deadline
  const { attempts = 3, baseMs = 25, capMs = 200 } = retry
  const ms = { least: 1, most: 600_000, unit: 'milliseconds' }
  assertWhole('deadline.totalMs', totalMs, ms)
  assertWhole('deadline.attemptMs', attemptMs, ms)
  assertWhole('retry.attempts', attempts, { least: 1, most: 10, unit: 'attempts' })
  assertWhole('retry.baseMs', baseMs, { ...ms, least: 0 })
  assertWhole('retry.capMs', capMs, { ...ms, least: 0 })
  assertWhole('maxSessionBytes', maxSessionBytes, { least: 1024, most: 400_000, unit: 'bytes' })
  return { maxSessionBytes, totalMs, patience: { attemptMs, attempts, baseMs, capMs } }
}

function tableOf({
  table = process.env['DYNAMODB_SESSION_TABLE_NAME'] ?? 'sessions',
}: SessionsOptions): string {
  if (typeof table === 'string' && /^[\w.-]{3,255}$/.test(table)) return table
  throw invalidOption(
    `table must be the name of a DynamoDB table (3 to 255 letters, digits, _ - .), got ${shown(table)}; set the option table or DYNAMODB_SESSION_TABLE_NAME`,
  )
}

function attributesOf({ id = 'id', expires = 'expires' }: Partial<AttributeNames> = {}): AttributeNames {
  const taken = new Set(['idle', 'end', 'born', 'rev', 'v', 'meta', 'user', 'gone', 'next'])
  const clash = [id, expires].find(
    (name) => typeof name !== 'string' || name === '' || taken.has(name) || name.startsWith('d.'),
  )
  if (clash !== undefined || id === expires) {
    throw invalidOption(
      `attributes.id and attributes.expires must be two names that sessions do not use otherwise`,
    )
  }
  return { id, expires }
}

function isPolicy(policy: unknown): boolean {
  if (policy === 'later-wins' || policy === 'reject') return true
  if (typeof policy !== 'object' || policy === null) return false
  return Object.values(policy).every((resolve) => typeof resolve === 'function')
}

function assertKinds({ consistentRead, onConflict, clock, onEvent }: SessionsOptions): void {
  if (typeof consistentRead !== 'boolean') {
    throw invalidOption(`consistentRead must be true or false, got ${shown(consistentRead)}`)
  }
  if (!isPolicy(onConflict)) {
    throw invalidOption(
      `onConflict must be 'later-wins', 'reject' or an object of functions, got ${shown(onConflict)}`,
    )
  }
  if (typeof clock !== 'function') throw invalidOption(`clock must be a function, got ${shown(clock)}`)
  if (onEvent !== undefined && typeof onEvent !== 'function') {
    throw invalidOption(`onEvent must be a function, got ${shown(onEvent)}`)
  }
}

/**
 * Checks the options once, at start-up.
 *
 * @throws {SessionError} INVALID_OPTION that names the option and says what it takes
 */
export function resolveOptions(options: SessionsOptions): ResolvedOptions {
  const { consistentRead = true, onConflict = 'later-wins', clock = () => Date.now() / 1000 } = options
  assertKinds({ ...options, consistentRead, onConflict, clock })
  return {
    table: tableOf(options),
    ...timeoutsOf(options),
    ...limitsOf(options),
    consistentRead,
    secrets: secretsOf(options.secret),
    onConflict,
    attributes: attributesOf(options.attributes),
    clock: () => Math.floor(clock()),
  }
}
