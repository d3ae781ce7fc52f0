import { createServer } from 'node:http'

import { createSessions } from '@dynamodb-session/core'

import {
  closeServer,
  createApp,
  listen,
  freePort,
  runProgram,
  sessionSecret,
  startDatabase,
} from './index.ts'

// The AWS SDK warns at length about Node 20.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'

await runProgram(async () => {
  const port = await freePort()
  const secret = sessionSecret()
  const database = await startDatabase(port)
  const sessions = createSessions({ ...database.options, secret })
  await sessions.createTable()
  const server = createServer(createApp({ sessions: { sessions }, instance: String(process.pid), secret }))
  const actualPort = await listen(server, port, '127.0.0.1')
  console.log(`DynamoDB: ${database.place}`)
  console.log(`Open http://localhost:${actualPort}`)

  return async () => {
    await closeServer(server)
    sessions.close()
    await database.stop()
  }
})
