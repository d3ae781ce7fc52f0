export type { ConflictPolicy, ConflictResolver } from './conflict.ts'
export type { AttributeNames } from './dynamodb/item.ts'
export { createSender } from './dynamodb/sender.ts'
export type { Patience, Send } from './dynamodb/sender.ts'
export { dynamoDBStore } from './dynamodb/store.ts'
export type { ConnectionOptions, DynamoDBClientLike, Operation, Transport } from './dynamodb/transport.ts'
export { sdkTransport } from './dynamodb/transport.ts'
export { SessionError, invalidOption } from './errors.ts'
export type { SessionErrorCode } from './errors.ts'
export type { EventListener, SessionEvent } from './events.ts'
export type { LoadedSession } from './loaded-session.ts'
export { memoryStore } from './memory-store.ts'
export { secretsOf } from './options.ts'
export type { SessionsOptions } from './options.ts'
export type { ReservedKeys, SessionData } from './session-data.ts'
export { isSessionId, newSessionId } from './session-id.ts'
export { createSessions, sessionsFrom } from './sessions.ts'
export type { Sessions } from './sessions.ts'
export { settle } from './settle.ts'
export type {
  Found,
  Outcome,
  SessionRecord,
  SessionStore,
  SessionUpdate,
  StoreCall,
  StoredData,
} from './store.ts'
export type { Commit, Committed, SessionMeta } from './writer.ts'
