/** What the pages show: who served the request, and what the session holds. */
export interface SessionView {
  /** The framework's name, such as `Express`. */
  readonly framework: string
  /** The instance that served this request, such as `A`. */
  readonly instance: string
  readonly username?: string | undefined
  readonly profile: Readonly<Record<string, string>>
  readonly visits: number
  /** How many of the twenty burst keys the session holds. */
  readonly burst: number
  /** What `GET /test?name=…` stored last. */
  readonly name?: string | undefined
  /** Shown only as a `maskedId`. */
  readonly sessionId?: string | undefined
}

/** The answer of `GET /api/session`. */
export interface ApiSession {
  readonly framework: string
  readonly instance: string
  readonly username: string | null
  readonly profile: Readonly<Record<string, string>>
  readonly visits: number
  readonly burst: number
  readonly name: string | null
}

/** The view as JSON for `GET /api/session`; never contains the session id. */
export function apiSession(view: SessionView): ApiSession {
  const { framework, instance, username = null, profile, visits, burst, name = null } = view
  return { framework, instance, username, profile, visits, burst, name }
}
