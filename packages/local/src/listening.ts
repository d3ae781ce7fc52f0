import { createServer, type RequestListener, type Server } from 'node:http'

/** Listens on the loopback interface only. */
export async function listen(port: number, listener: RequestListener): Promise<Server> {
  const server = createServer({ keepAliveTimeout: 60_000 }, listener)
  server.on('clientError', (_error, socket) => socket.destroy())
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explained(error, port)))
    server.listen(port, '127.0.0.1', resolve)
  })
  return server
}

/** Ends every connection, then the server. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

function explained(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code !== 'EADDRINUSE') return error
  const message = `Port ${port} on 127.0.0.1 is in use. Choose another with the option \`port\` (\`--port\`).`
  return new Error(message, { cause: error })
}
