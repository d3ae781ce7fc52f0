import { createSender } from './dynamodb/sender.ts'
import type { Target } from './dynamodb/requests.ts'
import { dynamoDBStore } from './dynamodb/store.ts'
import { type Transport, ownTransport, sdkTransport } from './dynamodb/transport.ts'
import { type EventListener, emitterOf } from './events.ts'
import { type ResolvedOptions, type SessionsOptions, resolveOptions } from './options.ts'
import { type KeysOf, keysWith } from './session-id.ts'
import type { SessionStore } from './store.ts'

/** Options as data, connections as functions: everything that an operation needs. */
export interface Environment extends ResolvedOptions {
  readonly target: Target
  /** `undefined` when sessions live in a store that was given. */
  readonly transport: Transport | undefined
  readonly store: SessionStore
  readonly keysOf: KeysOf
  readonly emit: EventListener
}

function transportOf(options: SessionsOptions, attemptMs: number): Transport {
  if (options.transport) return options.transport
  return options.client ? sdkTransport(options.client) : ownTransport(options, attemptMs)
}

/** Checks the options and connects them. DynamoDB is not called. */
export function environmentOf(options: SessionsOptions): Environment {
  const resolved = resolveOptions(options)
  const target = { table: resolved.table, names: resolved.attributes }
  const common = { ...resolved, target, keysOf: keysWith(resolved.secrets), emit: emitterOf(options.onEvent) }
  if (options.store) return { ...common, transport: undefined, store: options.store }
  const transport = transportOf(options, resolved.patience.attemptMs)
  const store = dynamoDBStore(createSender(transport, resolved.patience), target, resolved.consistentRead)
  return { ...common, transport, store }
}
