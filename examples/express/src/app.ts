import { dynamoDBSession, type DynamoDBStoreOptions } from '@dynamodb-session/express'
import {
  apiSession,
  burstKeyOf,
  burstNumberFrom,
  type Checked,
  nameFrom,
  page,
  profileEntryFrom,
  profileKeyOf,
  testPage,
  usernameFrom,
} from '@examples/shared'
import express, { type Express, type Request } from 'express'

import { HttpError, showError } from './errors.ts'
import { freshSession, viewOf } from './session.ts'

/** What an instance of the application needs. */
export interface AppOptions {
  /** The options of `dynamoDBSession`: how to reach DynamoDB, or ready `sessions` made with the same secret. */
  readonly sessions: DynamoDBStoreOptions
  /** The name shown in the page's badge, such as `A`. */
  readonly instance: string
  /** The same for all instances. */
  readonly secret: string
}

/** The example as an Express application. */
export function createApp({ sessions, instance, secret }: AppOptions): Express {
  const secure = process.env['NODE_ENV'] === 'production'
  const name = secure ? '__Host-sid' : 'sid'
  const view = (req: Request) => viewOf(req, instance)
  const app = express()
  app.set('trust proxy', 1)
  app.disable('x-powered-by')
  app.use(dynamoDBSession({ ...sessions, secret, name, cookie: { secure } }))
  app.use(express.urlencoded({ extended: false }))
  app.use((_req, res, next) => {
    res.set('Cache-Control', 'no-store')
    next()
  })

  app.get('/', (req, res) => {
    req.session.visits = (req.session.visits ?? 0) + 1
    res.send(page(view(req)))
  })

  // Express 5 passes a rejection on to the error handler.
  // oxlint-disable-next-line oxc/no-async-endpoint-handlers
  app.post('/login', async (req, res) => {
    const username = valid(usernameFrom(fieldsOf(req)['username']))
    await freshSession(req)
    req.session.username = username
    res.redirect(303, '/')
  })

  app.post('/profile', (req, res) => {
    const { key, value } = valid(profileEntryFrom(fieldsOf(req)['key'], fieldsOf(req)['value']))
    req.session[profileKeyOf(key)] = value
    res.redirect(303, '/')
  })

  app.post('/burst/:n', (req, res) => {
    const number = valid(burstNumberFrom(req.params.n))
    req.session[burstKeyOf(number)] = true
    res.json({ number, instance })
  })

  app.post('/logout', (req, res, next) => {
    req.session.destroy((error: unknown) => {
      if (error) return next(error)
      res.clearCookie(name, { path: '/', secure, httpOnly: true, sameSite: 'lax' })
      res.redirect(303, '/')
    })
  })

  app.get('/test', (req, res) => {
    if (req.query['name'] !== undefined) req.session.name = valid(nameFrom(req.query['name']))
    res.send(testPage({ view: view(req) }))
  })

  app.get('/api/session', (req, res) => {
    res.json(apiSession(view(req)))
  })

  app.use(() => {
    throw new HttpError(404, 'There is no such page.')
  })
  app.use(showError)
  return app
}

/** The fields of the form; none when the request has no form. */
function fieldsOf(req: Request): Readonly<Record<string, unknown>> {
  return (req.body ?? {}) as Record<string, unknown> // what express.urlencoded makes
}

function valid<Value>(checked: Checked<Value>): Value {
  if (!checked.ok) throw new HttpError(400, checked.error)
  return checked.value
}
