import { SessionError } from '../errors.ts'

/** What a failed request means for the one who sent it. */
export type Failure = 'condition' | 'throttled' | 'transient' | 'tooLarge' | 'misconfigured'

const KINDS: Readonly<Record<string, Failure>> = {
  ConditionalCheckFailedException: 'condition',
  ProvisionedThroughputExceededException: 'throttled',
  ThrottlingException: 'throttled',
  RequestLimitExceeded: 'throttled',
  ResourceNotFoundException: 'misconfigured',
  AccessDeniedException: 'misconfigured',
  UnrecognizedClientException: 'misconfigured',
  InvalidSignatureException: 'misconfigured',
  MissingAuthenticationToken: 'misconfigured',
  MissingAuthenticationTokenException: 'misconfigured',
  CredentialsProviderError: 'misconfigured',
  ItemCollectionSizeLimitExceededException: 'tooLarge',
}

const ADVICE: Readonly<Record<string, string>> = {
  ResourceNotFoundException:
    'the sessions table was not found: create it once with createTable(), or check the options table and region',
  AccessDeniedException:
    'DynamoDB denies access to the sessions table: allow GetItem, PutItem and UpdateItem on it to this role',
  CredentialsProviderError:
    'no AWS credentials were found: give the option credentials, or set them up in the environment',
  ValidationException:
    'DynamoDB refused the request: does the table have the partition key the options name? Run verifyTable()',
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown'
}

/** Reads an error of the transport by its name; texts differ between engines. */
export function failureOf(error: unknown): Failure {
  const name = nameOf(error)
  if (name === 'ValidationException') return /size/i.test(messageOf(error)) ? 'tooLarge' : 'misconfigured'
  if (/region is missing/i.test(messageOf(error))) return 'misconfigured'
  return KINDS[name] ?? 'transient'
}

/** The error for the caller. Generic on purpose: Fastify sends messages to clients. The detail is in `cause`. */
export function sessionErrorOf(error: unknown): SessionError {
  if (error instanceof SessionError) return error
  const cause = error
  switch (failureOf(error)) {
    case 'tooLarge':
      return new SessionError('TOO_LARGE', 'the session is too large for one DynamoDB item (400 KB)', {
        cause,
      })
    case 'misconfigured':
      return new SessionError('MISCONFIGURED', adviceFor(error), { cause })
    default:
      return new SessionError('STORE_FAILED', 'session store unavailable', { cause })
  }
}

function adviceFor(error: unknown): string {
  if (/region is missing/i.test(messageOf(error))) {
    return 'no AWS region is set: give the option region, or set AWS_REGION'
  }
  return (
    ADVICE[nameOf(error)] ??
    'DynamoDB refused the request; the session store is not set up rightly (see cause)'
  )
}
