/** The session as a scenario's handler sees it; each harness maps it to its framework. */
export interface SessionFacade {
  get(key: string): unknown
  set(key: string, value: unknown): void
  delete(key: string): void
  save(): Promise<void>
  regenerate(): Promise<void>
  destroy(): Promise<void>
}

/** What a handler wants answered. */
export interface Reply {
  readonly body?: string
  readonly redirect?: string
  readonly cookie?: string
  /** Sent piece by piece after the headers. */
  readonly stream?: AsyncIterable<string>
}

/** A handler of the suite: harnesses serve them and write none of their own. */
export type Handler = (session: SessionFacade, query: URLSearchParams) => Promise<Reply> | Reply

/** Makes a handler wait until a scenario lets it go on. */
export interface Barrier {
  /** Resolves when the handler has arrived. */
  readonly arrived: Promise<void>
  open(): void
}

/** The handlers of all scenarios, by path, with the barriers they wait at. */
export function createRoutes(): { routes: Record<string, Handler>; barrier(): Barrier } {
  let gate: Promise<void> = Promise.resolve()
  let arrive: () => void = () => {}

  async function wait(): Promise<void> {
    arrive()
    await gate
  }
  function barrier(): Barrier {
    let open: () => void = () => {}
    gate = new Promise((resolve) => (open = resolve))
    const arrived = new Promise<void>((resolve) => (arrive = resolve))
    return { arrived, open }
  }

  const routes: Record<string, Handler> = {
    '/plain': () => ({ body: 'plain' }),
    '/count': (session) => {
      session.set('count', Number(session.get('count') ?? 0) + 1)
      return { body: String(session.get('count')) }
    },
    '/read': (session, query) => ({
      body: JSON.stringify(session.get(query.get('key') ?? 'count')) ?? 'undefined',
    }),
    '/set': (session, query) => {
      session.set(query.get('key') ?? '', JSON.parse(query.get('value') ?? 'true'))
      return { body: 'set' }
    },
    '/set-slowly': async (session, query) => {
      await wait()
      session.set(query.get('key') ?? '', true)
      return { body: 'set' }
    },
    '/delete-slowly': async (session, query) => {
      await wait()
      session.delete(query.get('key') ?? '')
      return { body: 'deleted' }
    },
    '/read-slowly': async (session) => {
      await wait()
      return { body: String(session.get('count')) }
    },
    '/push': (session) => {
      const list = session.get('nested') as { list: number[] } | undefined
      if (list) list.list.push(list.list.length)
      else session.set('nested', { list: [] })
      return { body: 'pushed' }
    },
    '/redirect': (session) => {
      session.set('flash', 'hello')
      return { redirect: '/read?key=flash' }
    },
    '/cookie': (session) => {
      session.set('count', 1)
      return { body: 'cookie', cookie: 'theme=dark' }
    },
    '/save-twice': async (session) => {
      session.set('one', 1)
      await session.save()
      session.set('two', 2)
      await session.save()
      session.set('three', 3)
      return { body: 'saved' }
    },
    '/save-unawaited': (session) => {
      session.set('one', 1)
      session.save().catch(() => {})
      session.set('two', 2)
      return { body: 'saved' }
    },
    '/login': async (session) => {
      await session.regenerate()
      session.set('user', 'ada')
      return { redirect: '/read?key=user' }
    },
    '/logout': async (session) => {
      await session.destroy()
      return { redirect: '/' }
    },
    '/logout-carelessly': async (session) => {
      await session.destroy().catch(() => {})
      return { redirect: '/' }
    },
    '/stream': (session) => {
      session.set('streamed', true)
      async function* pieces() {
        yield 'first '
        await wait()
        yield 'last'
      }
      return { stream: pieces() }
    },
    '/unserialisable': (session) => {
      session.set('big', 1n)
      return { body: 'never' }
    },
  }
  return { routes, barrier }
}
