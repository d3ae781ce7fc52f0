#!/usr/bin/env node
import { parseArgs } from 'node:util'
import { startLocalDynamoDB } from './start-local-dynamodb.ts'

const help = `Usage: dynamodb-session-local [--port 8000] [--path ./.dynamodb]

  --port  the port on 127.0.0.1 (default 8000; 0 = any free one)
  --path  the folder to keep the data in (default: in memory)
  --help  this text
`

interface Arguments {
  readonly help?: boolean
  readonly port?: string
  readonly path?: string
}

async function main(): Promise<void> {
  const given = argumentsGiven()
  if (given.help) return void process.stdout.write(help)
  const { port = '8000', path } = given
  if (!/^\d{1,5}$/.test(port)) throw new Error(`--port must be a number from 0 to 65535, not "${port}"`)
  const database = await startLocalDynamoDB({ port: Number(port), ...(path !== undefined && { path }) })
  process.stdout.write(`DynamoDB at ${database.endpoint}, ${path ?? 'in memory'}. Set:\n`)
  process.stdout.write(`  DYNAMODB_ENDPOINT_URL=${database.endpoint}\n  AWS_REGION=us-east-1\n`)
  process.stdout.write('  AWS_ACCESS_KEY_ID=local\n  AWS_SECRET_ACCESS_KEY=local\n')
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void database.stop())
}

function argumentsGiven(): Arguments {
  return parseArgs({
    options: { port: { type: 'string' }, path: { type: 'string' }, help: { type: 'boolean' } },
  }).values
}

function report(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${help}`)
  process.exitCode = 1
}

main().catch(report)
