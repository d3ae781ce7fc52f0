import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { DatabaseParts } from './database.ts'
import { type Engine, startEngine } from './engine.ts'
import type { FaultRule } from './fault-rule.ts'
import { createFaults } from './faults.ts'
import { createItemKeys } from './item-keys.ts'
import { createKeyedQueue } from './keyed-queue.ts'
import { closeServer, listen } from './listening.ts'
import type { RecordedRequest } from './recording.ts'
import { serve, type Serving } from './serving.ts'
import { createSweeper, type Sweeper } from './sweeper.ts'
import { createTimeToLive } from './time-to-live.ts'
import { createUnderway, type Underway } from './underway.ts'

/** How to start an embedded DynamoDB. */
export interface LocalDynamoDBOptions {
  /** The port on 127.0.0.1. Default: any free one. */
  readonly port?: number
  /** The folder to keep the data in. Default: in memory. */
  readonly path?: string
  /** The time by which items expire, in epoch seconds. Default: the real time. */
  readonly clock?: () => number
  /** The faults in force from the start. */
  readonly faults?: readonly FaultRule[]
  /** The seed of the faults with a probability. Default: 1. */
  readonly seed?: number
  /** How often expired items are deleted; 0 = only by `sweep()`. Default: 1000. */
  readonly ttlSweepIntervalMs?: number
}

/** A running DynamoDB. */
export interface LocalDynamoDB {
  /** Such as `http://127.0.0.1:8000`. */
  readonly endpoint: string
  /** Every request since the start, or since `clearRequests()` or `requests.length = 0`. */
  readonly requests: RecordedRequest[]
  clearRequests(): void
  /** Adds a fault; returns a function that removes it. */
  fail(rule: FaultRule): () => void
  /** Removes all faults, and closes the connections that fell into a black hole. */
  heal(): void
  /** Deletes the items expired by the clock; returns how many. */
  sweep(): Promise<number>
  /** Resolves when no request is under way in the server, delayed and late ones included. */
  idle(): Promise<void>
  /** Closes all connections, then the database. Requests still held back are not applied. */
  stop(): Promise<void>
}

interface Running {
  readonly server: Server
  readonly engine: Engine
  readonly serving: Serving
  readonly underway: Underway
  readonly sweeper: Sweeper
  readonly ttlSweepIntervalMs: number
  readonly stopping: AbortController
}

/** Starts DynamoDB inside this process. */
export async function startLocalDynamoDB(options: LocalDynamoDBOptions = {}): Promise<LocalDynamoDB> {
  const { port = 0, path, clock = epochSeconds, faults = [], seed = 1, ttlSweepIntervalMs = 1000 } = options
  const stopping = new AbortController()
  const underway = createUnderway()
  const serving: { current?: Serving } = {}
  const server = await listen(port, (incoming, response) => {
    if (serving.current === undefined) return void response.destroy()
    underway.add(serve(serving.current, incoming, response))
  })
  const engine = await startEngine(path).catch(async (error: unknown) => {
    await closeServer(server)
    throw error
  })
  const database = databaseOn(engine, path)
  const rules = createFaults(seed)
  for (const rule of faults) rules.add(rule)
  const sweeper = createSweeper({ ...database, clock })
  serving.current = { database, faults: rules, requests: [], swallowed: new Set(), stopping: stopping.signal }
  return handleOf({
    server,
    engine,
    serving: serving.current,
    underway,
    sweeper,
    ttlSweepIntervalMs,
    stopping,
  })
}

function handleOf(running: Running): LocalDynamoDB {
  const { server, serving, underway, sweeper } = running
  const { port } = server.address() as AddressInfo // a TCP server that listens has an AddressInfo
  const timer = sweepTimer(running)
  let stopped: Promise<void> | undefined
  return {
    endpoint: `http://127.0.0.1:${port}`,
    requests: serving.requests,
    clearRequests: () => void (serving.requests.length = 0),
    fail: (rule) => serving.faults.add(rule),
    heal() {
      serving.faults.clear()
      for (const response of serving.swallowed) response.destroy()
    },
    sweep: () => sweeper.sweep(),
    idle: () => underway.idle(),
    stop() {
      clearInterval(timer)
      stopped ??= stopRunning(running)
      return stopped
    },
  }
}

async function stopRunning({ server, engine, underway, sweeper, stopping }: Running): Promise<void> {
  stopping.abort()
  await closeServer(server)
  await underway.idle()
  await sweeper.idle()
  await engine.close()
}

/** Sweeps now and then without keeping the process alive; skips a turn while a sweep is under way. */
function sweepTimer({ sweeper, ttlSweepIntervalMs }: Running): NodeJS.Timeout | undefined {
  if (ttlSweepIntervalMs === 0) return undefined
  let sweeping = false
  const timer = setInterval(() => {
    if (sweeping) return
    sweeping = true
    const done = (): void => void (sweeping = false)
    sweeper.sweep().then(done, done)
  }, ttlSweepIntervalMs)
  return timer.unref()
}

function databaseOn(engine: Engine, path: string | undefined): DatabaseParts {
  const timeToLive = createTimeToLive(path)
  return { engine, timeToLive, itemKeys: createItemKeys(engine), queue: createKeyedQueue() }
}

function epochSeconds(): number {
  return Math.floor(Date.now() / 1000)
}
