import { createServer } from 'node:http'

import { createSessions, type SessionsOptions } from '@dynamodb-session/core'
import { createApp } from '@examples/express'

import { closeServer, listen } from './listen.ts'
import { type Instance, startBalancer } from './round-robin.ts'

/** What the instances share. */
export interface LoadBalancedOptions {
  /** The balancer's port; 0 takes any free one. */
  readonly port: number
  readonly secret: string
  /** How to reach DynamoDB. Its table is created if it is missing. */
  readonly sessions: SessionsOptions
}

export const instanceNames = ['A', 'B'] as const
export type InstanceName = (typeof instanceNames)[number]

/** Two instances behind a load balancer. */
export interface LoadBalanced {
  /** The balancer's, such as `http://localhost:3000`. */
  readonly origin: string
  /** Stops an instance that runs; the balancer finds out by itself. */
  stopInstance(name: InstanceName): Promise<void>
  /** Starts an instance that is stopped. */
  startInstance(name: InstanceName): Promise<void>
  /** Stops the balancer, then the instances. */
  close(): Promise<void>
}

interface RunningInstance extends Instance {
  stop(): Promise<void>
}

/** Starts a balancer and two instances that share nothing but a secret and a table. */
export async function startLoadBalanced(options: LoadBalancedOptions): Promise<LoadBalanced> {
  const running = new Map<InstanceName, RunningInstance>()
  // A stopped instance stays listed, as it would after a crash.
  const listed = new Map<InstanceName, Instance>()

  async function startInstance(name: InstanceName): Promise<void> {
    if (running.has(name)) return
    const instance = await startOne(name, options)
    running.set(name, instance)
    listed.set(name, instance)
  }

  async function stopInstance(name: InstanceName): Promise<void> {
    const instance = running.get(name)
    running.delete(name)
    await instance?.stop()
  }

  const stopAll = () => Promise.all(instanceNames.map(stopInstance))

  await createTable(options)
  const balancer = await startBalancer({ port: options.port, instances: () => [...listed.values()] })
  try {
    for (const name of instanceNames) await startInstance(name)
  } catch (error) {
    await balancer.close()
    await stopAll()
    throw error
  }
  return {
    origin: balancer.origin,
    stopInstance,
    startInstance,
    async close() {
      await balancer.close()
      await stopAll()
    },
  }
}

async function createTable({ sessions: options, secret }: LoadBalancedOptions): Promise<void> {
  const sessions = createSessions({ ...options, secret })
  try {
    await sessions.createTable()
  } finally {
    sessions.close()
  }
}

async function startOne(
  name: InstanceName,
  { sessions: options, secret }: LoadBalancedOptions,
): Promise<RunningInstance> {
  const sessions = createSessions({ ...options, secret })
  const server = createServer(createApp({ sessions: { sessions }, instance: name, secret }))
  const port = await listen(server, 0, '127.0.0.1')
  return {
    name,
    origin: `http://127.0.0.1:${port}`,
    async stop() {
      await closeServer(server)
      sessions.close()
    },
  }
}
