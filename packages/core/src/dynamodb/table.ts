import { setTimeout as wait } from 'node:timers/promises'
import { SessionError } from '../errors.ts'
import { sessionErrorOf } from './failure.ts'
import type { Target } from './requests.ts'
import type { Operation, Transport } from './transport.ts'

const PATIENCE_MS = 60_000 // a new table takes seconds; an hour-long wait helps nobody at a terminal
const POLL_MS = 250

/** The table as data. On demand, because sessions come in bursts; nothing is indexed but the partition key. */
function tableInput({ table, names }: Target): object {
  return {
    TableName: table,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: names.id, AttributeType: 'S' }],
    KeySchema: [{ AttributeName: names.id, KeyType: 'HASH' }],
  }
}

interface Description {
  TableStatus?: string
  KeySchema?: { AttributeName?: string; KeyType?: string }[]
  AttributeDefinitions?: { AttributeName?: string; AttributeType?: string }[]
}

interface TimeToLive {
  TimeToLiveStatus?: string
  AttributeName?: string
}

function named(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name
}

/** Makes and checks the table. Control-plane calls: for set-up and start-up, never for a request. */
export function tableAdministration(transport: Transport, target: Target) {
  const { table, names } = target
  const send = (operation: Operation, input: object): Promise<object> =>
    transport.send(operation, input, { signal: AbortSignal.timeout(PATIENCE_MS) })

  async function describe(): Promise<Description | undefined> {
    try {
      const { Table } = (await send('DescribeTable', { TableName: table })) as { Table?: Description }
      return Table
    } catch (error) {
      if (named(error, 'ResourceNotFoundException')) return undefined
      throw sessionErrorOf(error)
    }
  }

  async function timeToLive(): Promise<TimeToLive> {
    const answer = await send('DescribeTimeToLive', { TableName: table })
    return (answer as { TimeToLiveDescription?: TimeToLive }).TimeToLiveDescription ?? {}
  }

  async function untilActive(): Promise<void> {
    const end = Date.now() + PATIENCE_MS
    for (;;) {
      if ((await describe())?.TableStatus === 'ACTIVE') return
      if (Date.now() > end)
        throw new SessionError('STORE_FAILED', 'the table did not become active within a minute')
      await wait(POLL_MS)
    }
  }

  async function enableTimeToLive(): Promise<void> {
    const { TimeToLiveStatus: status, AttributeName: attribute } = await timeToLive()
    if ((status === 'ENABLED' || status === 'ENABLING') && attribute === names.expires) return
    const specification = { Enabled: true, AttributeName: names.expires }
    try {
      await send('UpdateTimeToLive', { TableName: table, TimeToLiveSpecification: specification })
    } catch (error) {
      const now = await timeToLive()
      const done = now.TimeToLiveStatus === 'ENABLED' || now.TimeToLiveStatus === 'ENABLING'
      // Another process may have been first; the same wish is no failure.
      if (!done || now.AttributeName !== names.expires) throw sessionErrorOf(error)
    }
  }

  return {
    /** Creates the table if it is missing, waits until it is active, and turns TTL on. */
    async createTable(): Promise<'created' | 'existed'> {
      let result: 'created' | 'existed' = 'created'
      try {
        await send('CreateTable', tableInput(target))
      } catch (error) {
        if (!named(error, 'ResourceInUseException')) throw sessionErrorOf(error)
        result = 'existed'
      }
      await untilActive()
      await enableTimeToLive().catch((error: unknown) => {
        throw sessionErrorOf(error)
      })
      return result
    },

    /** Checks key schema and TTL. */
    async verifyTable(): Promise<void> {
      const description = await describe()
      const findings = description
        ? [
            ...keyFindings(description, names.id),
            ...timeToLiveFindings(
              await timeToLive().catch((error: unknown) => {
                throw sessionErrorOf(error)
              }),
              names.expires,
            ),
          ]
        : [
            `the table "${table}" does not exist: run createTable() once, or check the options table and region`,
          ]
      if (findings.length > 0) throw new SessionError('TABLE_UNFIT', findings.join('; '))
    },
  }
}

function keyFindings(
  { TableStatus, KeySchema = [], AttributeDefinitions = [] }: Description,
  id: string,
): string[] {
  const findings: string[] = []
  if (TableStatus !== 'ACTIVE')
    findings.push(`the table is ${TableStatus ?? 'not ready'}: wait until it is ACTIVE`)
  const [key, sort] = KeySchema
  const type = AttributeDefinitions.find(
    ({ AttributeName }) => AttributeName === key?.AttributeName,
  )?.AttributeType
  if (key?.AttributeName !== id || type !== 'S') {
    findings.push(
      `the partition key must be "${id}" of type S, but is "${key?.AttributeName}" of type ${type}: set attributes.id, or make another table`,
    )
  }
  if (sort)
    findings.push(`the table must have no sort key, but has "${sort.AttributeName}": make another table`)
  return findings
}

function timeToLiveFindings({ TimeToLiveStatus, AttributeName }: TimeToLive, expires: string): string[] {
  if (TimeToLiveStatus !== 'ENABLED' && TimeToLiveStatus !== 'ENABLING') {
    return ['TTL is off, so expired sessions would pile up: run createTable(), which turns it on']
  }
  if (AttributeName === expires) return []
  return [
    `TTL works on "${AttributeName}", but must work on "${expires}": change it, or set attributes.expires`,
  ]
}
