import { createHash, createHmac, randomBytes } from 'node:crypto'

const ID_BYTES = 32 // 256 bits; OWASP ASVS 5.0 7.2.3 asks for at least 128
const WRITE_ID_BYTES = 9 // 72 bits tell apart the few writes that one session ever sees at a time
// 22 characters of base64url carry 128 bits; hex and UUIDs are longer.
const WELL_FORMED = /^[\w-]{22,128}$/

/** Makes a session id: 32 random bytes in base64url. */
export function newSessionId(): string {
  return randomBytes(ID_BYTES).toString('base64url')
}

/** Whether a text can be a session id at all; anything else is turned away before any request is made. */
export function isSessionId(id: unknown): id is string {
  return typeof id === 'string' && WELL_FORMED.test(id)
}

/** Makes the mark of one write. */
export function newWriteId(): string {
  return randomBytes(WRITE_ID_BYTES).toString('base64url')
}

/** A session id to its possible keys: the first is for writing, the others are read while secrets rotate. */
export type KeysOf = (id: string) => readonly [string, ...string[]]

function keyed(secret: Buffer, id: string): string {
  return `s#${createHmac('sha256', secret).update(id).digest('base64url')}`
}

/**
 * Makes the function from session ids to keys: HMAC-SHA-256 with a key derived from each secret, or SHA-256
 * without a secret. The derivation keeps the table free of cookie signatures, which use the secret itself.
 */
export function keysWith(secrets: readonly string[]): KeysOf {
  const [first, ...others] = secrets.map((secret) =>
    createHmac('sha256', secret).update('dynamodb-session id').digest(),
  )
  if (!first) return (id) => [`s#${createHash('sha256').update(id).digest('base64url')}`]
  return (id) => [keyed(first, id), ...others.map((secret) => keyed(secret, id))]
}

/** Eight hex digits that stand for a session in events: they lead neither to the id nor to the key. */
export function refOf(key: string): string {
  return createHash('sha256').update(`ref ${key}`).digest('hex').slice(0, 8)
}
