import { createHash } from 'node:crypto'

/**
 * A short tag for a session id: the same for the same session, and useless for finding the id.
 * Whoever knows an id holds the session, so not even a prefix of it belongs on a page.
 */
export function maskedId(id: string): string {
  return createHash('sha256').update(id).digest('hex').slice(0, 6)
}
