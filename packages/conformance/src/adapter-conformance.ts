import {
  type EventListener,
  type SessionEvent,
  type SessionStore,
  type Sessions,
  createSessions,
  memoryStore,
} from '@dynamodb-session/core'
import { afterEach, describe, expect, it } from 'vitest'
import { type Browser, openBrowser } from './browser.ts'
import { faultyStore } from './faulty-store.ts'
import { type Barrier, type Handler, createRoutes } from './routes.ts'

/** A running application with the adapter in it. */
export interface RunningApp {
  readonly origin: string
  close(): Promise<void>
}

/** Starts an application of the framework that serves these routes with these sessions. */
export type StartApp = (sessions: Sessions, routes: Record<string, Handler>) => Promise<RunningApp>

/** What a scenario holds. */
export interface Stage {
  readonly browser: Browser
  readonly origin: string
  readonly faults: ReturnType<typeof faultyStore>
  readonly events: SessionEvent[]
  readonly now: { seconds: number }
  barrier(): Barrier
}

/** The secret of every harness. */
export const SECRET = 'conformance conformance conformance'

const NEVER_ISSUED = 'A'.repeat(43)

/** Scenarios every adapter passes, over real HTTP. */
export function adapterConformance(name: string, start: StartApp): void {
  describe(`${name} adapter`, () => {
    const closers: (() => Promise<void>)[] = []
    afterEach(async () => {
      for (const close of closers.splice(0)) await close()
    })

    async function open(store: SessionStore = memoryStore()): Promise<Stage> {
      const now = { seconds: 1_800_000_000 }
      const events: SessionEvent[] = []
      const onEvent: EventListener = (event) => events.push(event)
      const faults = faultyStore(store)
      const sessions = createSessions({
        store: faults.store,
        clock: () => now.seconds,
        onEvent,
        secret: SECRET,
      })
      const { routes, barrier } = createRoutes()
      const app = await start(sessions, routes)
      closers.push(app.close)
      return { browser: openBrowser(app.origin), origin: app.origin, faults, events, now, barrier }
    }

    async function loggedIn(): Promise<Stage> {
      const stage = await open()
      await stage.browser.get('/login')
      await stage.browser.get('/count')
      return stage
    }

    async function value({ browser }: Stage, key: string): Promise<string> {
      return (await browser.get(`/read?key=${key}`)).body
    }

    it('sends no cookie and writes nothing for a visitor who stores nothing', async () => {
      const { browser, faults } = await open()
      const { status, headers } = await browser.get('/plain')
      expect([status, headers.getSetCookie(), faults.calls]).toEqual([200, [], []])
    })

    it('keeps data between requests', async () => {
      const stage = await open()
      await stage.browser.get('/count')
      expect((await stage.browser.get('/count')).body).toBe('2')
    })

    it('sends the cookie with safe attributes', async () => {
      const { browser } = await open()
      const [cookie = ''] = (await browser.get('/count')).headers.getSetCookie()
      expect(cookie).toMatch(/^sid=s%3A[\w-]{43}\./)
      expect(cookie).toMatch(/; HttpOnly/i)
      expect(cookie).toMatch(/; SameSite=Lax/i)
      expect(cookie).toMatch(/; Path=\//i)
    })

    it('does not adopt an id the client made up', async () => {
      const { browser, faults } = await open()
      browser.cookies.set('sid', `s%3A${NEVER_ISSUED}.forged`)
      await browser.get('/count')
      expect(browser.cookies.get('sid')).not.toContain(NEVER_ISSUED)
      expect(faults.calls).toEqual(['create'])
    })

    it('turns a malformed cookie away without a request to the store', async () => {
      const { browser, faults } = await open()
      for (const cookie of ['../../etc', 's%3A', 's%3Ax.y', 'x'.repeat(3000), '%00', 's#x']) {
        browser.cookies.set('sid', cookie)
        expect((await browser.get('/plain')).status).toBe(200)
      }
      expect(faults.calls).toEqual([])
    })

    it('keeps cookies the application sets', async () => {
      const { browser } = await open()
      await browser.get('/cookie')
      expect([...browser.cookies.keys()].toSorted()).toEqual(['sid', 'theme'])
    })

    it('has stored the session by the time the client sees a redirect', async () => {
      const stage = await open()
      expect((await stage.browser.get('/redirect')).headers.get('location')).toBe('/read?key=flash')
      expect(await value(stage, 'flash')).toBe('"hello"')
    })

    it('changes the id on regenerate and forgets the old one', async () => {
      const stage = await open()
      await stage.browser.get('/count')
      const old = stage.browser.clone()
      await stage.browser.get('/login')
      expect(stage.browser.cookies.get('sid')).not.toBe(old.cookies.get('sid'))
      expect(await value(stage, 'user')).toBe('"ada"')
      expect((await old.get('/read?key=user')).body).toBe('undefined')
      expect((await old.get('/read?key=count')).body).toBe('undefined')
    })

    it('forgets the data on destroy, also for the old cookie', async () => {
      const stage = await loggedIn()
      const old = stage.browser.clone()
      expect((await stage.browser.get('/logout')).status).toBe(302)
      expect((await old.get('/read?key=user')).body).toBe('undefined')
    })

    it('ends an idle session', async () => {
      const stage = await loggedIn()
      stage.now.seconds += 1801
      expect(await value(stage, 'user')).toBe('undefined')
    })

    it('lets activity extend a session, but not past its absolute timeout', async () => {
      const stage = await loggedIn()
      for (let elapsed = 0; elapsed < 42_000; elapsed += 1500) {
        expect(await value(stage, 'user')).toBe('"ada"')
        stage.now.seconds += 1500
      }
      stage.now.seconds += 1300
      expect(await value(stage, 'user')).toBe('undefined')
    })

    it('touches only when enough lifetime is gained', async () => {
      const stage = await loggedIn()
      stage.faults.calls.length = 0
      for (let visit = 0; visit < 50; visit++) await stage.browser.get('/read')
      expect(stage.faults.calls.filter((call) => call !== 'load')).toEqual([])
      stage.now.seconds += 200
      for (let visit = 0; visit < 50; visit++) await stage.browser.get('/read')
      expect(stage.faults.calls.filter((call) => call !== 'load')).toEqual(['touch'])
    })

    it('sees a nested object edited in place', async () => {
      const stage = await open()
      for (let visit = 0; visit < 3; visit++) await stage.browser.get('/push')
      expect(await value(stage, 'nested')).toBe('{"list":[0,1]}')
    })

    it('keeps both changes of two overlapping requests', async () => {
      const stage = await loggedIn()
      const barrier = stage.barrier()
      const slow = stage.browser.get('/set-slowly?key=a')
      await barrier.arrived
      await stage.browser.clone().get('/set?key=b')
      barrier.open()
      await slow
      expect([await value(stage, 'a'), await value(stage, 'b')]).toEqual(['true', 'true'])
    })

    it('keeps a deletion made by an overlapping request', async () => {
      const stage = await loggedIn()
      await stage.browser.get('/set?key=a')
      const barrier = stage.barrier()
      const slow = stage.browser.get('/delete-slowly?key=a')
      await barrier.arrived
      await stage.browser.clone().get('/set?key=b')
      barrier.open()
      await slow
      expect([await value(stage, 'a'), await value(stage, 'b')]).toEqual(['undefined', 'true'])
    })

    it.each(['/set-slowly?key=late', '/read-slowly'])(
      'does not let a slow request bring a logged-out session back: %s',
      async (path) => {
        const stage = await loggedIn()
        const old = stage.browser.clone()
        const barrier = stage.barrier()
        const slow = stage.browser.clone().get(path)
        await barrier.arrived
        stage.now.seconds += 900
        await stage.browser.get('/logout')
        barrier.open()
        expect((await slow).status).toBe(200)
        expect((await old.get('/read?key=user')).body).toBe('undefined')
      },
    )

    it('saves twice in one request without losing anything', async () => {
      const stage = await loggedIn()
      await stage.browser.get('/save-twice')
      const values = [await value(stage, 'one'), await value(stage, 'two'), await value(stage, 'three')]
      expect(values).toEqual(['1', '2', '3'])
    })

    it('keeps everything when a save is not awaited', async () => {
      const stage = await open()
      await stage.browser.get('/save-unawaited')
      expect([await value(stage, 'one'), await value(stage, 'two')]).toEqual(['1', '2'])
    })

    it('stores what was changed before a stream begins', async () => {
      const stage = await loggedIn()
      const barrier = stage.barrier()
      const streaming = stage.browser.get('/stream')
      await barrier.arrived
      expect(await value(stage, 'streamed')).toBe('true')
      barrier.open()
      expect((await streaming).body).toBe('first last')
    })

    it('answers 503 when the session cannot be stored, with nothing of the abandoned response', async () => {
      const { browser, faults } = await open()
      faults.failing.add('create')
      const { status, body, headers } = await browser.get('/redirect')
      expect([status, headers.get('location'), headers.getSetCookie()]).toEqual([503, null, []])
      expect(body).toBe('session store unavailable')
      expect(headers.get('retry-after')).toBe('1')
    })

    it('answers 503 and leaves the cookie alone when the session cannot be loaded', async () => {
      const stage = await loggedIn()
      const before = stage.browser.cookies.get('sid')
      stage.faults.failing.add('load')
      const { status, headers } = await stage.browser.get('/read?key=user')
      expect([status, headers.getSetCookie()]).toEqual([503, []])
      stage.faults.failing.clear()
      expect(stage.browser.cookies.get('sid')).toBe(before)
      expect(await value(stage, 'user')).toBe('"ada"')
    })

    it.each(['/logout', '/logout-carelessly'])(
      'answers 503 when the logout cannot be stored: %s',
      async (path) => {
        const stage = await loggedIn()
        stage.faults.failing.add('destroy')
        expect((await stage.browser.get(path)).status).toBe(503)
        stage.faults.failing.clear()
        expect(await value(stage, 'user')).toBe('"ada"')
      },
    )

    it('answers 503 when the login cannot be stored', async () => {
      const stage = await open()
      await stage.browser.get('/count')
      stage.faults.failing.add('create')
      expect((await stage.browser.get('/login')).status).toBe(503)
    })

    it('answers 500 in time when data cannot be serialised', async () => {
      const { browser } = await open()
      const { status, headers } = await browser.get('/unserialisable')
      expect([status, headers.getSetCookie()]).toEqual([500, []])
    })

    it('refuses a reserved key', async () => {
      const { browser, faults } = await open()
      expect((await browser.get('/set?key=constructor')).status).toBe(500)
      expect(faults.calls).toEqual([])
    })

    it('writes nothing for a thousand visitors without a cookie', async () => {
      const { origin, faults } = await open()
      for (let hundred = 0; hundred < 10; hundred++) {
        await Promise.all(Array.from({ length: 100 }, () => openBrowser(origin).get('/read')))
      }
      expect(faults.calls).toEqual([])
    })
  })
}
