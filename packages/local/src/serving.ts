import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { type Answer, errorAnswer } from './answer.ts'
import { applyRequest, type DatabaseParts } from './database.ts'
import { deliver, deliverHalf, hangUp, isGone, resetConnection } from './delivery.ts'
import type { Fault } from './fault-rule.ts'
import type { Faults } from './faults.ts'
import { injectedAnswer } from './named-errors.ts'
import { type ReceivedRequest, readRequest } from './received-request.ts'
import { type RecordedRequest, recordOf } from './recording.ts'

/** What serving a request needs. */
export interface Serving {
  readonly database: DatabaseParts
  readonly faults: Faults
  readonly requests: RecordedRequest[]
  /** Clients whose requests fell into a black hole. */
  readonly swallowed: Set<ServerResponse>
  /** Cuts waits short when the server stops. */
  readonly stopping: AbortSignal
}

interface Exchange {
  readonly serving: Serving
  readonly request: ReceivedRequest
  readonly response: ServerResponse
  readonly record: RecordedRequest
}

/** Serves one request, from its first byte to the last of its answer. Never rejects. */
export async function serve(
  serving: Serving,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  incoming.on('error', () => undefined)
  response.on('error', () => undefined)
  try {
    const request = await readRequest(incoming)
    if (request === undefined) return hangUp(response)
    const fault = serving.faults.choose(request)
    const record = recordOf(request, fault?.kind)
    serving.requests.push(record)
    await play({ serving, request, response, record }, fault)
  } catch (error) {
    if (serving.stopping.aborted) return hangUp(response)
    await deliver(response, errorAnswer({ status: 500, name: 'InternalServerError', message: String(error) }))
  }
}

async function play(exchange: Exchange, fault: Fault | undefined): Promise<void> {
  const { response, serving } = exchange
  if (fault === undefined) return deliver(response, await apply(exchange))
  switch (fault.kind) {
    case 'latency-before':
    case 'late':
      await delay(fault.ms, undefined, { signal: serving.stopping })
      if (fault.kind === 'latency-before' && isGone(response)) return
      return deliver(response, await apply(exchange))
    case 'latency-after':
      return deliver(response, await delay(fault.ms, await apply(exchange), { signal: serving.stopping }))
    case 'truncate':
      return deliverHalf(response, await apply(exchange))
    case 'error':
      if (fault.applied) await apply(exchange)
      return deliver(response, recorded(exchange.record, injectedAnswer(fault, exchange.request.table)))
    default:
      return lose(exchange, fault.kind)
  }
}

/** Faults after which the client gets nothing at all. */
async function lose(
  exchange: Exchange,
  kind: 'drop-request' | 'drop-response' | 'reset' | 'black-hole',
): Promise<void> {
  const { response, serving } = exchange
  switch (kind) {
    case 'drop-request':
      return hangUp(response)
    case 'drop-response':
      await apply(exchange)
      return hangUp(response)
    case 'reset':
      return resetConnection(response)
    case 'black-hole':
      serving.swallowed.add(response)
      response.once('close', () => serving.swallowed.delete(response))
  }
}

async function apply({ serving, request, record }: Exchange): Promise<Answer> {
  const { answer, capacityUnits } = await applyRequest(serving.database, request)
  record.capacityUnits = capacityUnits
  return recorded(record, answer)
}

function recorded(record: RecordedRequest, answer: Answer): Answer {
  record.status = answer.status
  record.responseBytes = answer.body.length
  return answer
}
