import {
  CreateTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb'

/** The operations of DynamoDB that sessions use; only the first three at run time. */
export type Operation =
  | 'GetItem'
  | 'PutItem'
  | 'UpdateItem'
  | 'CreateTable'
  | 'DescribeTable'
  | 'UpdateTimeToLive'
  | 'DescribeTimeToLive'

const COMMANDS: Readonly<Record<Operation, new (input: never) => object>> = {
  GetItem: GetItemCommand,
  PutItem: PutItemCommand,
  UpdateItem: UpdateItemCommand,
  CreateTable: CreateTableCommand,
  DescribeTable: DescribeTableCommand,
  UpdateTimeToLive: UpdateTimeToLiveCommand,
  DescribeTimeToLive: DescribeTimeToLiveCommand,
}

/**
 * The port through which requests leave: DynamoDB's own JSON shapes in and out.
 *
 * A failed request rejects with an `Error` whose `name` is DynamoDB's, such as `ConditionalCheckFailedException`,
 * and whose `Item` is the item that stood in the way, when the service returned it.
 */
export interface Transport {
  send(operation: Operation, input: object, options: { signal: AbortSignal }): Promise<object>
  /** Closes what the transport opened itself. */
  close?(): void
}

/** How to reach DynamoDB when no ready client is given. */
export interface ConnectionOptions {
  /** AWS region. @default `AWS_REGION` */
  region?: string | undefined
  /** Address of another DynamoDB, such as the embedded one. @default `DYNAMODB_ENDPOINT_URL` or `AWS_ENDPOINT_URL_DYNAMODB` */
  endpoint?: string | undefined
  /** Credentials or a provider of them. @default what the AWS SDK finds in the environment */
  credentials?: DynamoDBClientConfig['credentials']
}

/** The smallest part of the AWS SDK's client that is needed. */
export interface DynamoDBClientLike {
  // The SDK's own signature is a wall of overloads; a ready client is passed on as it is.
  send(command: never, options?: { abortSignal?: AbortSignal }): Promise<object>
}

/** Sends through a client of the AWS SDK. A client that was given is never closed here. */
export function sdkTransport(client: DynamoDBClientLike): Transport {
  return {
    send: async (operation, input, { signal }) => {
      // Each command takes exactly the input that requests.ts and table.ts build for it.
      const command = new COMMANDS[operation](input as never)
      return client.send(command as never, { abortSignal: signal })
    },
  }
}

function isLoopback(endpoint: string): boolean {
  return /^https?:\/\/(localhost|127(\.\d+){3}|\[::1\])(:|\/|$)/i.test(endpoint)
}

// A local engine checks no credentials; without any, the SDK would search the network for them.
function localDefaults(environment: NodeJS.ProcessEnv): DynamoDBClientConfig {
  const hasKeys = environment['AWS_ACCESS_KEY_ID'] !== undefined || environment['AWS_PROFILE'] !== undefined
  return {
    region: environment['AWS_REGION'] ?? environment['AWS_DEFAULT_REGION'] ?? 'us-east-1',
    ...(hasKeys ? {} : { credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
  }
}

function configOf(
  { region, endpoint, credentials }: ConnectionOptions,
  attemptMs: number,
): DynamoDBClientConfig {
  const { env } = process
  const address = endpoint ?? env['DYNAMODB_ENDPOINT_URL'] ?? env['AWS_ENDPOINT_URL_DYNAMODB']
  return {
    ...(address !== undefined && isLoopback(address) ? localDefaults(env) : {}),
    ...(address === undefined ? {} : { endpoint: address }),
    ...(region === undefined ? {} : { region }),
    ...(credentials === undefined ? {} : { credentials }),
    // Retries are ours: the SDK's know neither our deadline nor a write that was applied before its answer was lost.
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: attemptMs,
      requestTimeout: attemptMs,
      // Without this the SDK only logs that the time is up, and goes on waiting.
      throwOnRequestTimeout: true,
      httpAgent: { maxSockets: 128, keepAlive: true },
      httpsAgent: { maxSockets: 128, keepAlive: true },
    },
  }
}

/** Builds a client with tight time limits and without the SDK's retries, and sends through it. */
export function ownTransport(options: ConnectionOptions, attemptMs: number): Transport {
  const client = new DynamoDBClient(configOf(options, attemptMs))
  return { ...sdkTransport(client), close: () => client.destroy() }
}
