import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import {
  type Handler,
  SECRET,
  type SessionFacade,
  type StartApp,
  adapterConformance,
} from '@dynamodb-session/conformance'
import express, { type ErrorRequestHandler, type Request, type Response } from 'express'
// @ts-expect-error the types are those of Express 5
import express4 from 'express4'
import { dynamoDBSession } from '../src/index.ts'

function facadeOf(req: Request): SessionFacade {
  // A session is a record of whatever the application stores; regenerate replaces it, so it is read anew.
  const data = (): Record<string, unknown> => req.session as unknown as Record<string, unknown>
  return {
    get: (key) => data()[key],
    set: (key, value) => {
      data()[key] = value
    },
    delete: (key) => {
      delete data()[key]
    },
    save: () => promisify(req.session.save.bind(req.session))(),
    regenerate: () => promisify(req.session.regenerate.bind(req.session))(),
    destroy: () => promisify(req.session.destroy.bind(req.session))(),
  }
}

async function answer(handle: Handler, req: Request, res: Response): Promise<void> {
  const reply = await handle(facadeOf(req), new URLSearchParams(req.url.split('?')[1]))
  if (reply.cookie) res.append('Set-Cookie', reply.cookie)
  if (reply.redirect) return res.redirect(reply.redirect)
  if (!reply.stream) return void res.send(reply.body)
  for await (const piece of reply.stream) res.write(piece)
  res.end()
}

const onError: ErrorRequestHandler = (
  error: Error & { status?: number; headers?: object },
  _req,
  res,
  _next,
) => {
  res
    .set({ ...error.headers })
    .status(error.status ?? 500)
    .end(error.message)
}

function starter(framework: typeof express): StartApp {
  return async (sessions, routes) => {
    const app = framework()
    app.use(dynamoDBSession({ sessions, secret: SECRET, cookie: { secure: false } }))
    for (const [path, handle] of Object.entries(routes)) {
      app.get(path, (req, res, next) => void answer(handle, req, res).catch(next))
    }
    app.use(onError)
    const server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    return {
      origin: `http://127.0.0.1:${port}`,
      async close() {
        server.closeAllConnections()
        await promisify(server.close.bind(server))()
      },
    }
  }
}

adapterConformance('express 5', starter(express))
adapterConformance('express 4', starter(express4))
