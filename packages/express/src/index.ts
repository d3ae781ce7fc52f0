import type { SessionData as CoreSessionData } from '@dynamodb-session/core'

export { DynamoDBStore, type DynamoDBStoreOptions } from './dynamodb-store.ts'
export { type DynamoDBSessionOptions, dynamoDBSession } from './dynamodb-session.ts'
export type { SessionData } from '@dynamodb-session/core'
// An augmentation alone does not load the module it augments.
export type {} from 'express-session'

declare module 'express-session' {
  interface SessionData extends Partial<CoreSessionData> {}
}
