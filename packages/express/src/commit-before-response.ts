import type { Request, RequestHandler, Response } from 'express'
import type { Store } from 'express-session'
import type { DynamoDBStore } from './dynamodb-store.ts'
import { holdResponse } from './hold-response.ts'

/** Headers that describe the response that is not sent. */
const ABANDONED =
  'Location Refresh ETag Last-Modified Cache-Control Expires Accept-Ranges Trailer Transfer-Encoding ' +
  'Content-Length Content-Type Content-Encoding Content-Language Content-Range Content-Disposition Content-Location'

/** What a request asked the store to end, and how that went. */
interface Endings {
  readonly pending: Set<Promise<void>>
  failed?: unknown
}

type Callback = (error?: unknown, ...rest: unknown[]) => void
type Ending = (subject: unknown, done: Callback) => void

function watchedEnding(run: Ending, endings: Endings): (subject: unknown, done?: Callback) => void {
  return (subject, done) => {
    const ending = new Promise<void>((resolve) => {
      run(subject, (error, ...rest) => {
        if (error) endings.failed = error
        endings.pending.delete(ending)
        resolve()
        done?.(error, ...rest)
      })
    })
    endings.pending.add(ending)
  }
}

/** The store as one request sees it: it remembers the logout that failed, even if the handler did not look. */
function watched(store: Store, endings: Endings): Store {
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function') return value
      const method = value.bind(target) as Ending
      return name === 'destroy' || name === 'regenerate' ? watchedEnding(method, endings) : method
    },
  })
}

/** Takes back what the handler said about a response that is not sent. */
function discard(res: Response, cookies: number | string | string[] | undefined, error: unknown): void {
  for (const name of ABANDONED.split(' ')) res.removeHeader(name)
  if (cookies === undefined) res.removeHeader('Set-Cookie')
  else res.setHeader('Set-Cookie', cookies)
  res.statusCode = (error as { status?: number }).status ?? 500
  res.statusMessage = ''
}

function saved({ session }: Request): Promise<void> {
  return new Promise((resolve, reject) => {
    session.touch().save((error: unknown) => (error ? reject(error) : resolve()))
  })
}

function isChanged({ session }: Request, store: DynamoDBStore): boolean {
  try {
    return Boolean(session) && store.isChanged(session)
  } catch {
    return true // data that cannot be stored: the save reports it
  }
}

/** Ends the session here, and keeps express-session from ending it again. */
function ended(req: Request, store: DynamoDBStore): Promise<void> {
  const id = req.sessionID
  return new Promise((resolve, reject) => {
    store.destroy(id, (error) => {
      if (error) return reject(error)
      req.sessionID = undefined as never // the one sign that express-session heeds
      resolve()
    })
  })
}

/** What commitBeforeResponse needs to know. */
export interface Commitment {
  readonly store: DynamoDBStore
  readonly unset: 'destroy' | 'keep'
  /** Throws when a new session's cookie could not be sent on this connection. */
  readonly assertCookieCanBeSet: (req: Request) => void
}

/**
 * Middleware behind express-session: the session is saved, and a logout acknowledged, before anything of the
 * response leaves. express-session by itself sends the headers first: a redirect could outrun its own session, and
 * a failed save answer 200.
 */
export function commitBeforeResponse({ store, unset, assertCookieCanBeSet }: Commitment): RequestHandler {
  /** Whether the handler ended the session by taking it away, as `unset: 'destroy'` allows. */
  const isUnset = ({ session, sessionID }: Request): boolean =>
    unset === 'destroy' && !session && typeof sessionID === 'string'

  return (req, res, next) => {
    const endings: Endings = { pending: new Set() }
    // Always there behind express-session; the types know its `generate` too.
    req.sessionStore = watched(req.sessionStore, endings) as typeof req.sessionStore
    const cookies = res.getHeader('Set-Cookie')

    async function commit(): Promise<void> {
      await Promise.all(endings.pending)
      // A handler that answered with an error has dealt with it.
      if (endings.failed && res.statusCode < 400) throw endings.failed as Error
      if (isUnset(req)) return ended(req, store)
      if (!isChanged(req, store)) return
      assertCookieCanBeSet(req)
      await saved(req)
    }
    holdResponse(res, {
      ready() {
        const idle = endings.pending.size === 0 && !endings.failed && !isUnset(req) && !isChanged(req, store)
        return idle ? undefined : commit()
      },
      fail(error) {
        discard(res, cookies, error)
        // Without an id express-session neither saves again nor sends a cookie for a session that is not stored.
        req.sessionID = undefined as never
        next(error)
      },
    })
    next()
  }
}
