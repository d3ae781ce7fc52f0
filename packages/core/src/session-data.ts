import { SessionError } from './errors.ts'

/**
 * The application's part of a session, typed once by declaration merging:
 * `declare module '@dynamodb-session/core' { interface SessionData { visits: number } }`.
 */
// oxlint-disable-next-line typescript/no-empty-object-type -- users add the members
export interface SessionData {}

/** Data key → JSON. */
export type EncodedData = ReadonlyMap<string, string>

/** Names that must not be data keys, beside `__proto__` and the like. An adapter lists its framework's. */
export type ReservedKeys = ReadonlySet<string>

const FORBIDDEN: ReservedKeys = new Set(['__proto__', 'constructor', 'prototype'])
// JSON turns these into `{}` without a word.
const SILENTLY_EMPTY = new Set(
  ['Map', 'Set', 'WeakMap', 'WeakSet', 'Promise', 'RegExp', 'Error'].map((name) => `[object ${name}]`),
)

/** Whether a name cannot be a data key. */
export function isReserved(key: string, reserved: ReservedKeys): boolean {
  return key === '' || FORBIDDEN.has(key) || reserved.has(key)
}

function refuse(key: string, reason: string): never {
  const cause = new TypeError(`session data key ${JSON.stringify(key)} ${reason}`)
  throw new SessionError('INVALID_DATA', 'the session holds data that cannot be stored (see cause)', {
    cause,
  })
}

/** A `JSON.stringify` replacer that throws on what JSON would lose. */
function refuseLosses(this: unknown, name: string, value: unknown): unknown {
  if (name === '__proto__') throw new TypeError('a property must not be called __proto__')
  if (typeof value === 'function' || typeof value === 'symbol')
    throw new TypeError(`a ${typeof value} is not JSON`)
  const tag = Object.prototype.toString.call(value)
  if (SILENTLY_EMPTY.has(tag)) throw new TypeError(`${tag} would be stored as {}`)
  return value
}

/** One value to JSON; `undefined` means absent. Values whose JSON is known are not examined again. */
function jsonOf(key: string, value: unknown, known: string | undefined): string | undefined {
  try {
    const json: string | undefined = JSON.stringify(value)
    if (json !== undefined && json === known) return json
    return JSON.stringify(value, refuseLosses)
  } catch (error) {
    return refuse(key, `cannot be stored: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/**
 * Data to JSON, one text per top-level key, as `JSON.stringify` does it: a Date becomes a string, `undefined` is absent.
 *
 * @throws {SessionError} INVALID_DATA for a reserved or empty key, BigInt, circular data, functions, Map, Set
 */
export function encodeData(data: object, reserved: ReservedKeys, known: EncodedData): EncodedData {
  const encoded = new Map<string, string>()
  for (const [key, value] of Object.entries(data)) {
    if (value === undefined) continue
    if (isReserved(key, reserved)) refuse(key, 'is reserved; store it under another name')
    const json = jsonOf(key, value, known.get(key))
    if (json !== undefined) encoded.set(key, json)
  }
  return encoded
}

/** Text to value. A stored `__proto__` is dropped at any depth, also when spelled with escapes. */
export function parseValue(json: string): unknown {
  if (!/__proto__|\\u/.test(json)) return JSON.parse(json)
  return JSON.parse(json, (name, value: unknown) => (name === '__proto__' ? undefined : value))
}
