import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'

const golden = join(import.meta.dirname, '../../src/testing/golden/eumel-v2/measured.xml')

/** What stands behind the TLS servers: a meter, a node, a node's WebSocket and a witness at once. */
export interface Upstream {
  readonly port: number
  /** Requests that came through; of what was refused there are none. */
  readonly requests: () => number
  close(): void
}

export async function startUpstream(): Promise<Upstream> {
  const meter = readFileSync(golden)
  let requests = 0
  const server = createServer(async (request, response) => {
    requests++
    const body = await textOf(request)
    if (request.method === 'GET') response.writeHead(200, { 'content-type': 'text/xml' }).end(meter)
    else if (request.url === '/add-checkpoint') response.writeHead(400).end('no')
    else response.writeHead(200, { 'content-type': 'application/json' }).end(nodeAnswer(body))
  })
  // The server lets go of connections that became WebSockets.
  const upgraded = new Set<Duplex>()
  server.on('upgrade', (request, socket) => {
    requests++
    upgraded.add(socket)
    socket.on('close', () => upgraded.delete(socket))
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64')
    socket.on('error', () => undefined)
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    )
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  return {
    port: (server.address() as AddressInfo).port,
    requests: () => requests,
    close: () => {
      server.closeAllConnections()
      for (const socket of upgraded) socket.destroy()
      server.close()
    },
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const piece of request) text += piece
  return text
}

function nodeAnswer(body: string): string {
  const { id } = JSON.parse(body) as { id: number }
  return JSON.stringify({ jsonrpc: '2.0', id, result: '0x7a69' })
}
