import { errorPage } from '@examples/shared'
import type { ErrorRequestHandler } from 'express'

/** A failure that the visitor caused, with a message for the visitor. */
export class HttpError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

interface Failure {
  readonly status?: unknown
  readonly message?: unknown
  readonly headers?: Record<string, string>
}

/** Answers with the error's own status and headers; the details of a mistake of ours stay in the log. */
export const showError: ErrorRequestHandler = (error: unknown, _req, res, next) => {
  if (res.headersSent) return next(error)
  const { status: given, message, headers = {} } = (error ?? {}) as Failure // anything may be thrown
  const status = typeof given === 'number' && given >= 400 && given <= 599 ? given : 500
  if (status >= 500) console.error(error)
  const text = status === 500 ? 'Something went wrong.' : String(message)
  res.status(status).set(headers).send(errorPage(status, text))
}
