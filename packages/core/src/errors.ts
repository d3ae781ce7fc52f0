/**
 * What went wrong, for programs. Codes are stable, messages are not.
 *
 * - `STORE_FAILED` DynamoDB did not answer, refused for now or failed: try again later
 * - `FORMAT_TOO_NEW` the item was written by a newer release: unavailable here, not absent
 * - `CONFLICT` another request changed the same data key, and the policy forbids to overwrite it
 * - `TOO_LARGE`, `INVALID_DATA`, `INVALID_ID` the session cannot be stored as it is; nothing was written
 * - `MISCONFIGURED`, `TABLE_UNFIT`, `INVALID_OPTION` set-up mistakes; the message says what to do
 * - `INSECURE_CONNECTION` a Secure cookie cannot be sent over this connection
 * - `CLOSED` used after `close()`
 */
export type SessionErrorCode =
  | 'STORE_FAILED'
  | 'FORMAT_TOO_NEW'
  | 'CONFLICT'
  | 'TOO_LARGE'
  | 'INVALID_DATA'
  | 'INVALID_ID'
  | 'MISCONFIGURED'
  | 'TABLE_UNFIT'
  | 'INVALID_OPTION'
  | 'INSECURE_CONNECTION'
  | 'CLOSED'

const UNAVAILABLE: ReadonlySet<SessionErrorCode> = new Set(['STORE_FAILED', 'FORMAT_TOO_NEW', 'CLOSED'])

function statusOf(code: SessionErrorCode): number {
  if (UNAVAILABLE.has(code)) return 503
  return code === 'CONFLICT' ? 409 : 500
}

/**
 * The one error of this library. Express, Koa and Fastify answer with its `status` and `headers`.
 *
 * The message may reach a client, so it names no session id, no data key and no table: these are in `cause`.
 */
export class SessionError extends Error {
  override readonly name = 'SessionError'
  readonly code: SessionErrorCode
  readonly status: number
  readonly statusCode: number
  readonly expose: boolean = false
  readonly headers: Readonly<Record<string, string>>

  constructor(code: SessionErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.status = statusOf(code)
    this.statusCode = this.status
    this.headers = this.status === 503 ? { 'Retry-After': '1' } : {}
  }
}

/** The error for an option that cannot be used. The message says which, why and what to do. */
export function invalidOption(message: string): SessionError {
  return new SessionError('INVALID_OPTION', message)
}
