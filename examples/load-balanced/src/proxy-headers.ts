import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http'

const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** The headers that belong to the message, not to the one connection it came over. */
export function endToEndHeaders(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const named = (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase())
  const kept = Object.entries(headers).filter(([name]) => !hopByHop.has(name) && !named.includes(name))
  return Object.fromEntries(kept)
}

/** The headers an instance gets: the client's, its address, and the length of the buffered body. */
export function upstreamHeaders(request: IncomingMessage, body: Buffer): OutgoingHttpHeaders {
  // `Host` stays the client's, so that an instance's redirects and origin checks fit the visible address.
  const headers = endToEndHeaders(request.headers)
  delete headers['expect']
  const clients = [request.headers['x-forwarded-for'], request.socket.remoteAddress]
  headers['x-forwarded-for'] = clients.filter((client) => client !== undefined).join(', ')
  headers['x-forwarded-proto'] = 'http'
  headers['x-forwarded-host'] = request.headers.host ?? ''
  if (hasBody(request)) headers['content-length'] = body.length
  return headers
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined
}
