import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'

import type { SessionsOptions } from '@dynamodb-session/core'
import { startLocalDynamoDB } from '@dynamodb-session/local'

import { closeServer, listen } from './listen.ts'

/** How to reach the DynamoDB of this program. */
export interface Database {
  readonly options: Pick<SessionsOptions, 'endpoint'>
  /** Where it is, for people. */
  readonly place: string
  stop(): Promise<void>
}

/** The DynamoDB that the environment names, else an embedded one; programs on different ports share no folder. */
export async function startDatabase(port: number): Promise<Database> {
  const { DYNAMODB_ENDPOINT_URL, AWS_ENDPOINT_URL_DYNAMODB, AWS_REGION } = process.env
  const given = DYNAMODB_ENDPOINT_URL ?? AWS_ENDPOINT_URL_DYNAMODB ?? AWS_REGION
  if (given !== undefined) return { options: {}, place: given, stop: () => Promise.resolve() }
  const path = `.dynamodb/${port}`
  const { endpoint, stop } = await startLocalDynamoDB({ path })
  return { options: { endpoint }, place: `embedded, data in ${path}`, stop }
}

/** The secret from SESSION_SECRET; in development, a random one that lasts as long as the process. */
export function sessionSecret(): string {
  const { SESSION_SECRET, NODE_ENV } = process.env
  if (SESSION_SECRET !== undefined) return SESSION_SECRET
  if (NODE_ENV === 'production') {
    throw new Error('SESSION_SECRET is missing; make one with: openssl rand -base64 32')
  }
  console.log('SESSION_SECRET is not set: using a random one, so sessions end when this program does.')
  return randomBytes(32).toString('base64')
}

/** The port from PORT, else 3000. Rejects at once if it is taken, before anything else is started. */
export async function freePort(): Promise<number> {
  const port = portFromEnvironment()
  const probe = createServer()
  await listen(probe, port, '127.0.0.1')
  await closeServer(probe)
  return port
}

function portFromEnvironment(): number {
  const text = process.env['PORT'] ?? '3000'
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  throw new Error(`PORT must be a whole number from 0 to 65535, got '${text}'`)
}

/** Runs a program: prints why it cannot start, and stops it in order on SIGINT and SIGTERM. */
export async function runProgram(start: () => Promise<() => Promise<void>>): Promise<void> {
  try {
    const stop = await start()
    const end = (): void => {
      stop().then(
        () => process.exit(0),
        (error: unknown) => fail(error),
      )
    }
    process.once('SIGINT', end)
    process.once('SIGTERM', end)
  } catch (error) {
    fail(error)
  }
}

function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
