import { type Answer, errorAnswer } from './answer.ts'
import type { ErrorFault } from './fault-rule.ts'

/** The errors of {@link namedErrors}. */
export type ErrorName =
  | 'ProvisionedThroughputExceededException'
  | 'ThrottlingException'
  | 'RequestLimitExceeded'
  | 'InternalServerError'
  | 'ServiceUnavailableException'
  | 'AccessDeniedException'
  | 'ExpiredTokenException'
  | 'UnrecognizedClientException'
  | 'TransactionConflictException'

const throttled = 'Throughput exceeds the current capacity of your table or index.'

/** DynamoDB's errors, ready for a rule: `fail({ ...namedErrors.ThrottlingException, times: 2 })`. */
export const namedErrors: Readonly<Record<ErrorName, ErrorFault>> = {
  ProvisionedThroughputExceededException: {
    ...named(400, 'ProvisionedThroughputExceededException', throttled),
    reasons: ['TableWriteProvisionedThroughputExceeded'],
  },
  ThrottlingException: {
    ...named(400, 'ThrottlingException', throttled),
    reasons: ['TableWriteKeyRangeThroughputExceeded'],
  },
  RequestLimitExceeded: {
    ...named(
      400,
      'RequestLimitExceeded',
      'Throughput exceeds the current throughput limit for your account.',
    ),
    reasons: ['TableWriteAccountLimitExceeded'],
  },
  InternalServerError: named(500, 'InternalServerError', 'Internal server error'),
  ServiceUnavailableException: named(503, 'ServiceUnavailableException', 'The service is unavailable.'),
  AccessDeniedException: named(
    400,
    'AccessDeniedException',
    'User is not authorized to perform this action.',
  ),
  ExpiredTokenException: named(
    400,
    'ExpiredTokenException',
    'The security token included in the request is expired',
  ),
  UnrecognizedClientException: named(
    400,
    'UnrecognizedClientException',
    'The security token included in the request is invalid.',
  ),
  TransactionConflictException: named(
    400,
    'TransactionConflictException',
    'Transaction is ongoing for the item',
  ),
}

/** The answer an injected error gives for a request to the table. */
export function injectedAnswer(fault: ErrorFault, table: string | undefined): Answer {
  const { status, name, message = 'Injected by a fault rule', headers } = fault
  return errorAnswer({ status, name, message, fields: reasonsOf(fault, table), headers })
}

/** ThrottlingException spells the field unlike the others. */
function reasonsOf({ name, reasons }: ErrorFault, table = 'unknown'): object {
  if (reasons === undefined) return {}
  const resource = `arn:aws:dynamodb:us-east-1:000000000000:table/${table}`
  const list = reasons.map((reason) => ({ reason, resource }))
  return name === 'ThrottlingException' ? { throttlingReasons: list } : { ThrottlingReasons: list }
}

function named(status: number, name: string, message: string): ErrorFault {
  return { kind: 'error', status, name, message }
}
