import type { IncomingMessage } from 'node:http'

/** The largest request body the balancer takes: 1 MiB. */
export const BODY_LIMIT_BYTES = 1024 * 1024

/** The whole body; `too-large` as soon as it exceeds the limit; `aborted` if the client went away. */
export function readBody(request: IncomingMessage): Promise<Buffer | 'too-large' | 'aborted'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let sizeBytes = 0
    // A body that is too large is still read to its end, or the client would not get to see the answer.
    request.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length
      if (sizeBytes <= BODY_LIMIT_BYTES) chunks.push(chunk)
      else resolve('too-large')
    })
    request.on('end', () => resolve(Buffer.concat(chunks)))
    request.on('error', () => resolve('aborted'))
    request.on('close', () => resolve('aborted'))
  })
}
