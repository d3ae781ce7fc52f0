/** What a browser saw of one response. */
export interface Seen {
  readonly status: number
  readonly body: string
  readonly headers: Headers
}

/** A client with a cookie jar, for one origin. */
export interface Browser {
  get(path: string): Promise<Seen>
  /** The cookies it would send now, by name. */
  readonly cookies: Map<string, string>
  /** Another window with a copy of the same cookies. */
  clone(): Browser
}

function keepCookies(cookies: Map<string, string>, headers: Headers): void {
  for (const line of headers.getSetCookie()) {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
    const [name, value] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]
    const past = attributes.some((attribute) => /^(max-age=0|expires=.*1970)/i.test(attribute))
    if (past) cookies.delete(name)
    else cookies.set(name, value)
  }
}

/** Opens a browser on an origin. Redirects are not followed: a scenario looks at each response. */
export function openBrowser(origin: string, cookies: Map<string, string> = new Map()): Browser {
  return {
    cookies,
    clone: () => openBrowser(origin, new Map(cookies)),
    async get(path) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const headers: Record<string, string> = cookie === '' ? {} : { cookie }
      const response = await fetch(origin + path, {
        headers,
        redirect: 'manual',
        signal: AbortSignal.timeout(15_000),
      })
      keepCookies(cookies, response.headers)
      return { status: response.status, body: await response.text(), headers: response.headers }
    },
  }
}
