import { startLocalDynamoDB } from '@dynamodb-session/local'

import { type LoadBalanced, startLoadBalanced } from '../src/start-load-balanced.ts'

/** Two instances on an embedded DynamoDB in memory. */
export async function startForTest(): Promise<LoadBalanced> {
  const database = await startLocalDynamoDB()
  const balanced = await startLoadBalanced({
    port: 0,
    secret: 'a secret for tests, and only for tests',
    sessions: { endpoint: database.endpoint, deadline: { totalMs: 5000, attemptMs: 2000 } },
  })
  return {
    ...balanced,
    async close() {
      await balanced.close()
      await database.stop()
    },
  }
}
