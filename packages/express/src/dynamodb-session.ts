import { SessionError, invalidOption, newSessionId, secretsOf } from '@dynamodb-session/core'
import type { Request, RequestHandler } from 'express'
import expressSession, { type CookieOptions, type SessionOptions } from 'express-session'
import { commitBeforeResponse } from './commit-before-response.ts'
import { DynamoDBStore, type DynamoDBStoreOptions } from './dynamodb-store.ts'

/** Core's options, and those of express-session, with safe defaults. */
export type DynamoDBSessionOptions = DynamoDBStoreOptions &
  Omit<SessionOptions, 'store' | 'secret' | 'cookie' | 'saveUninitialized' | 'resave'> & {
    /** Signs the cookie, and keys the hash under which the session is stored. The first is used, all are accepted. */
    secret: string | readonly string[]
    /** @default { secure: true, httpOnly: true, sameSite: 'lax', path: '/' } */
    cookie?: CookieOptions
    /** @default false */
    saveUninitialized?: boolean
    /** @default false */
    resave?: boolean
  }

type Name = { name: string; cookie: CookieOptions }

function cookieOf({ cookie: given = {}, name }: DynamoDBSessionOptions): Name {
  const cookie: CookieOptions = { secure: true, httpOnly: true, sameSite: 'lax', path: '/', ...given }
  const host = cookie.secure === true && cookie.path === '/' && cookie.domain === undefined
  if (name?.startsWith('__Host-') && !host) {
    throw invalidOption(`name: a ${name} cookie must have secure: true, path: '/' and no domain`)
  }
  return { name: name ?? (host ? '__Host-sid' : 'sid'), cookie }
}

function assertLifetime(
  { sessions, absoluteTimeout = 43_200 }: DynamoDBSessionOptions,
  { maxAge }: CookieOptions,
): void {
  if (sessions || maxAge === undefined || maxAge === null || maxAge <= absoluteTimeout * 1000) return
  throw invalidOption(
    `cookie.maxAge (${maxAge} ms) is longer than absoluteTimeout (${absoluteTimeout} s), which would end the session first: raise absoluteTimeout`,
  )
}

/** Whether express-session will agree to send a Secure cookie on this connection. */
function isSecure(req: Request, proxy: boolean | undefined): boolean {
  if (proxy !== true) return req.secure
  return (
    String(req.headers['x-forwarded-proto'] ?? '')
      .split(',')[0]
      ?.trim()
      .toLowerCase() === 'https'
  )
}

/**
 * Express middleware: express-session on DynamoDB, committed before the response leaves.
 *
 * Cost of a request: one read; one write if the session changed, else at most one touch per `touchAfter`; nothing
 * for a visitor who stores nothing.
 *
 * @throws {SessionError} INVALID_OPTION at start-up, naming the option
 */
export function dynamoDBSession(options: DynamoDBSessionOptions): RequestHandler {
  const secrets = secretsOf(options?.secret)
  if (secrets.length === 0) {
    throw invalidOption(
      'secret is missing: a random text of at least 32 characters, such as from: openssl rand -base64 32',
    )
  }
  const { name, cookie } = cookieOf(options)
  assertLifetime(options, cookie)
  const store = new DynamoDBStore(options)
  const {
    proxy,
    rolling,
    unset = 'keep',
    genid = newSessionId,
    saveUninitialized = false,
    resave = false,
  } = options
  const session = expressSession({
    store,
    name,
    cookie,
    genid,
    saveUninitialized,
    resave,
    secret: [...secrets],
    rolling: rolling ?? false,
    unset,
    ...(proxy === undefined ? {} : { proxy }),
  })
  const assertCookieCanBeSet = (req: Request): void => {
    if (req.session.cookie.secure !== true || isSecure(req, proxy) || hasCookie(req, name)) return
    throw new SessionError(
      'INSECURE_CONNECTION',
      'the session cookie is Secure, but this request came over plain HTTP: behind a proxy set app.set("trust proxy", 1); in development use cookie: { secure: false }',
    )
  }
  const commit = commitBeforeResponse({ store, unset, assertCookieCanBeSet })
  return (req, res, next) =>
    session(req, res, (error?: unknown) => (error ? next(error) : commit(req, res, next)))
}

function hasCookie({ headers }: Request, name: string): boolean {
  return (headers.cookie ?? '').split(';').some((pair) => pair.trim().startsWith(`${name}=`))
}
