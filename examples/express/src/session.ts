import { burstCountOf, profileOf, type SessionView } from '@examples/shared'
import type { Request } from 'express'

declare module '@dynamodb-session/express' {
  interface SessionData {
    username: string
    visits: number
    name: string
    [profileEntry: `profile.${string}`]: string
    [burst: `burst.${number}`]: true
  }
}

/** What the pages show of this request's session. */
export function viewOf(req: Request, instance: string): SessionView {
  const { cookie: _cookie, ...data } = req.session
  const { username, visits = 0, name } = data
  const isStored = Object.keys(data).length > 0
  return {
    framework: 'Express',
    instance,
    username,
    profile: profileOf({ ...data }),
    visits,
    burst: burstCountOf({ ...data }),
    name,
    sessionId: isStored ? req.sessionID : undefined,
  }
}

/**
 * Gives the visitor a session with a new id, as every login must: an id known from before is then worthless.
 * Visits and profile entries come along.
 */
export async function freshSession(req: Request): Promise<void> {
  const kept = Object.entries(req.session).filter(([key]) => key === 'visits' || key.startsWith('profile.'))
  await new Promise<void>((resolve, reject) => {
    req.session.regenerate((error: unknown) => (error ? reject(error) : resolve()))
  })
  Object.assign(req.session, Object.fromEntries(kept))
}
