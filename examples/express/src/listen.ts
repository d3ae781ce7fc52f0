import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Starts to listen and gives the actual port; a port that is taken is explained. */
export function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(explained(error, port)))
    // A server that listens on a port has an `AddressInfo`; only pipes have a string.
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port))
  })
}

function explained(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code !== 'EADDRINUSE') return error
  const message = `port ${port} is in use; choose another with PORT=${port + 1} npm start`
  return new Error(message, { cause: error })
}

/** Stops listening and lets requests under way finish, for at most two seconds. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), 2000)
    server.close(() => {
      clearTimeout(timer)
      resolve()
    })
    server.closeIdleConnections()
  })
}
