import {
  type LoadedSession,
  type ReservedKeys,
  type Sessions,
  type SessionsOptions,
  sessionsFrom,
  settle,
} from '@dynamodb-session/core'
import type { Request } from 'express'
import { type Session, type SessionData, Store } from 'express-session'

/** Core's options, or ready sessions. */
export type DynamoDBStoreOptions = SessionsOptions & { sessions?: Sessions }

type Done = (error?: unknown) => void
type Bookkeeping = Readonly<Record<string, unknown>>

// express-session copies loaded data onto a Session, whose own members these names would hide.
const RESERVED: ReservedKeys = new Set([
  ...'cookie id req save reload touch destroy regenerate resetMaxAge'.split(' '),
  ...Object.getOwnPropertyNames(Object.prototype),
])

/** The cookie without its `expires`, which follows from the lifetime and would differ on every request. */
function bookkeepingOf({ cookie }: SessionData): Bookkeeping | undefined {
  if (!cookie) return undefined
  const { expires: _expires, ...rest } = JSON.parse(JSON.stringify(cookie)) as Record<string, unknown>
  return { cookie: rest }
}

function dataOf(session: SessionData): object {
  const { cookie: _cookie, ...data } = session
  return data
}

/** Seconds that the session's own cookie lives; `undefined` for a cookie of the browser session. */
function lifetimeOf({ cookie }: SessionData): number | undefined {
  const ms = cookie?.originalMaxAge
  return typeof ms === 'number' ? Math.ceil(ms / 1000) : undefined
}

/** The stored cookie as express-session wants it; a session of another framework has none yet. */
function cookieOf(loaded: LoadedSession): Bookkeeping {
  const stored = { originalMaxAge: null, ...(loaded.meta?.['cookie'] as Bookkeeping | undefined) }
  const ms: unknown = stored.originalMaxAge
  return { ...stored, expires: typeof ms === 'number' ? new Date(Date.now() + ms) : null }
}

/**
 * express-session's store on DynamoDB, for your own `session({ store })`. One store for one `session()`.
 *
 * Requests that overlap keep each other's changes, and a destroyed session stays destroyed. There is no `all`,
 * `length` or `clear`: ids are stored as hashes only, and a web server has no right to scan the table.
 */
export class DynamoDBStore extends Store {
  readonly #sessions: Sessions
  /** What was loaded, by the object that holds it: a plain one from `get`, then express-session's own. */
  readonly #loaded = new WeakMap<object, LoadedSession>()
  readonly #cookies = new WeakMap<object, string>()

  constructor(options: DynamoDBStoreOptions = {}) {
    super()
    this.#sessions = sessionsFrom(options)
  }

  override get(id: string, done: (error: unknown, session?: SessionData | null) => void): void {
    settle(this.#get(id), done)
  }

  async #get(id: string): Promise<SessionData | null> {
    const loaded = await this.#sessions.load(id, { reserved: RESERVED })
    if (!loaded) return null
    // The types know a Cookie instance; express-session makes one from this in createSession.
    const data = { ...loaded.data, cookie: cookieOf(loaded) } as unknown as SessionData
    this.#loaded.set(data, loaded)
    return data
  }

  /** express-session copies what `get` returned onto a live session; what was loaded moves along. */
  override createSession(request: Request, data: SessionData): Session & SessionData {
    const loaded = this.#loaded.get(data)
    const session = super.createSession(request, data)
    if (loaded) this.#loaded.set(session, loaded)
    this.#cookies.set(session, JSON.stringify(bookkeepingOf(session)))
    return session
  }

  override set(id: string, session: SessionData, done?: Done): void {
    settle(this.#commit(id, session), done)
  }

  async #commit(id: string, session: SessionData): Promise<void> {
    const loaded = this.#loaded.get(session) ?? this.#sessions.begin()
    const remembered = loaded.isNew ? undefined : this.#cookies.get(session)
    this.#loaded.set(session, loaded)
    const bookkeeping = bookkeepingOf(session)
    const cookie = JSON.stringify(bookkeeping)
    await this.#sessions.commit(id, {
      loaded,
      data: dataOf(session),
      meta: cookie === remembered ? undefined : bookkeeping,
      idleTimeout: lifetimeOf(session),
      reserved: RESERVED,
    })
    this.#cookies.set(session, cookie)
  }

  /** Extends the session if that is due. The response has left, so a failure is an event and not an error. */
  override touch(id: string, session: SessionData, done?: Done): void {
    const touched = this.#loaded.has(session) ? this.#commit(id, session) : this.#touch(id, session)
    settle(
      touched.catch(() => undefined),
      done,
    )
  }

  async #touch(id: string, session: SessionData): Promise<void> {
    const idleTimeout = lifetimeOf(session)
    await this.#sessions.touch(id, idleTimeout === undefined ? {} : { idleTimeout })
  }

  override destroy(id: string, done?: Done): void {
    settle(this.#sessions.destroy(id), done)
  }

  /** Ends the session and begins an empty one under a new id, which ends no later than the old one would have. */
  override regenerate(request: Request, done: (error?: unknown) => unknown): void {
    const after = request.session && this.#loaded.get(request.session)
    settle(
      this.#sessions.destroy(request.sessionID, { loaded: after }).then(() => {
        // Assigned to the store by express-session when the middleware is made.
        ;(this as unknown as { generate(request: Request): void }).generate(request)
        this.#loaded.set(request.session, this.#sessions.begin({ after }))
      }),
      done,
    )
  }

  /** Whether a save would write data. For `commitBeforeResponse`. */
  isChanged(session: SessionData): boolean {
    return this.#sessions.isChanged(this.#loaded.get(session), dataOf(session), RESERVED)
  }
}
