import { createInterface } from 'node:readline'

import { freePort, runProgram, sessionSecret, startDatabase } from '@examples/express'

import { instanceNames, type LoadBalanced, startLoadBalanced } from './start-load-balanced.ts'

// The AWS SDK warns at length about Node 20.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'

await runProgram(async () => {
  const port = await freePort()
  const secret = sessionSecret()
  const database = await startDatabase(port)
  const balanced = await startLoadBalanced({ port, secret, sessions: database.options })
  console.log(introduction(balanced.origin))
  const commands = createInterface({ input: process.stdin })
  commands.on('line', (line) => {
    obey(balanced, line).catch((error: unknown) => console.error(error))
  })

  return async () => {
    commands.close()
    await balanced.close()
    await database.stop()
  }
})

function introduction(origin: string): string {
  return `Open ${origin}
1. Refresh: the badge changes between A and B, the visits go on.
2. Log in: both instances know you.
3. Click "20 requests at once": 20 of 20 keys are in the session.
4. Type "stop A" here and refresh: B serves you, still logged in.
5. Type "start A" here and refresh: A is back and knows the session.`
}

async function obey(balanced: LoadBalanced, line: string): Promise<void> {
  if (line.trim() === '') return
  const [command, wanted] = line.trim().split(/\s+/)
  const name = instanceNames.find((each) => each === wanted?.toUpperCase())
  if (name === undefined) return console.log('Type "stop A", "start A", "stop B" or "start B".')
  switch (command) {
    case 'stop':
      await balanced.stopInstance(name)
      return console.log(`${name} is stopped`)
    case 'start':
      await balanced.startInstance(name)
      return console.log(`${name} is running`)
    default:
      return console.log('Type "stop A", "start A", "stop B" or "start B".')
  }
}
