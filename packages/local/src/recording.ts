import type { FaultKind } from './fault-rule.ts'
import type { ReceivedRequest } from './received-request.ts'

/** One request as it arrived, and what became of it. */
export interface RecordedRequest {
  /** Such as `'GetItem'`. */
  operation: string
  table?: string
  /** The parsed body. */
  input: unknown
  requestBytes: number
  /** The size of the answer's body; 0 if there was no answer. */
  responseBytes: number
  /** The status of the answer, even of one that a fault kept from the client; 0 if there was none. */
  status: number
  /** What the tables were charged; dynalite leaves indexes out. */
  capacityUnits: number
  /** The kind of fault that befell the request. */
  fault?: FaultKind
}

/** The record of a request that has not been answered yet. */
export function recordOf(request: ReceivedRequest, fault: FaultKind | undefined): RecordedRequest {
  return {
    operation: request.operation,
    ...(request.table !== undefined && { table: request.table }),
    input: request.input,
    requestBytes: request.body.length,
    responseBytes: 0,
    status: 0,
    capacityUnits: 0,
    ...(fault !== undefined && { fault }),
  }
}
