import type { OutgoingHttpHeaders } from 'node:http'

/** Which requests a fault befalls. All conditions given must hold; none given means every request. */
export interface FaultMatch {
  /** One operation or several, such as `'GetItem'`. */
  readonly operation?: string | readonly string[]
  /** Looks at the parsed request body. */
  readonly when?: (input: unknown) => boolean
  /** Only these calls, counted from 1 for each rule among the requests that match it. */
  readonly calls?: readonly number[]
  /** At most so many times. */
  readonly times?: number
  /** How likely the fault is, from 0 to 1, drawn from the seeded generator. */
  readonly probability?: number
}

/** A named error instead of the answer. */
export interface ErrorFault {
  readonly kind: 'error'
  readonly status: number
  readonly name: string
  readonly message?: string
  /** The throttling reasons to report, such as `'TableWriteProvisionedThroughputExceeded'`. */
  readonly reasons?: readonly string[]
  /** Whether the request is carried out before the error is answered. Default: no. */
  readonly applied?: boolean
  readonly headers?: OutgoingHttpHeaders
}

/** What goes wrong. */
export type Fault =
  /** Waits, then applies, unless the client has gone by then. */
  | { readonly kind: 'latency-before'; readonly ms: number }
  /** Applies, then keeps the answer back. */
  | { readonly kind: 'latency-after'; readonly ms: number }
  /** Closes the connection without applying. */
  | { readonly kind: 'drop-request' }
  /** Applies, then closes the connection without an answer. */
  | { readonly kind: 'drop-response' }
  /** Waits, then applies, even when the client has gone by then. */
  | { readonly kind: 'late'; readonly ms: number }
  /** Neither applies nor answers, until `heal()` or `stop()` closes the connection. */
  | { readonly kind: 'black-hole' }
  /** Resets the connection (RST) without applying. */
  | { readonly kind: 'reset' }
  /** Applies, sends half the body, then closes the connection. */
  | { readonly kind: 'truncate' }
  | ErrorFault

/** The kinds of fault. */
export type FaultKind = Fault['kind']

/** A fault and the requests it befalls. */
export type FaultRule = FaultMatch & Fault
