import type { ServerResponse } from 'node:http'
import type { Answer } from './answer.ts'

/** Sends an answer; a client that has gone hurts nobody. Resolves when the answer is out or the client gone. */
export function deliver(response: ServerResponse, answer: Answer): Promise<void> {
  return sending(response, (sent) => {
    response.writeHead(answer.status, answer.headers)
    response.end(answer.body, sent)
  })
}

/** Sends half the body of an answer, then closes the connection. */
export async function deliverHalf(response: ServerResponse, answer: Answer): Promise<void> {
  await sending(response, (sent) => {
    response.writeHead(answer.status, answer.headers)
    response.write(answer.body.subarray(0, answer.body.length >> 1), () => sent())
  })
  response.socket?.destroy()
}

/** Closes the connection without an answer. */
export function hangUp(response: ServerResponse): void {
  response.socket?.destroy()
}

/** Resets the connection. */
export function resetConnection(response: ServerResponse): void {
  response.socket?.resetAndDestroy()
}

/** Whether the client can no longer get an answer. */
export function isGone(response: ServerResponse): boolean {
  return response.destroyed || response.socket === null || response.socket.destroyed
}

function sending(response: ServerResponse, send: (sent: () => void) => void): Promise<void> {
  if (isGone(response)) return Promise.resolve()
  return new Promise((resolve) => {
    response.once('close', resolve)
    send(resolve)
  })
}
