import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { toBase64, utf8 } from '../../core/bytes.ts'

/** A meter that answers on 127.0.0.1. */
export interface MeterServer {
  /** Origin, like `http://127.0.0.1:40213`. */
  readonly url: string
  /** How many requests it has answered. */
  readonly requests: number
  close(): Promise<void>
}

export interface MeterServerOptions {
  /** Default: any free port. */
  readonly port?: number
  /** Answers 401 to everybody else; without it everybody is welcome. */
  readonly auth?: { readonly user: string; readonly password: string }
  /** PEM texts; with them the server speaks TLS. */
  readonly tls?: { readonly key: string; readonly cert: string }
}

export interface MeterAnswer {
  readonly status: number
  readonly type: string
  readonly body: string
}

/** Starts a server that answers each request by its path and query. */
export async function startMeterServer(
  answer: (url: URL, request: IncomingMessage, body: string) => MeterAnswer,
  options: MeterServerOptions = {},
): Promise<MeterServer> {
  const { port = 0, auth, tls } = options
  const expected = auth && `Basic ${toBase64(utf8(`${auth.user}:${auth.password}`))}`
  let requests = 0
  const listener: RequestListener = async (request, response) => {
    requests++
    let sent = ''
    for await (const piece of request) sent += piece
    const welcome = expected === undefined || request.headers.authorization === expected
    const url = new URL(request.url ?? '/', 'http://meter')
    const { status, type, body } = welcome ? answer(url, request, sent) : unauthorized
    response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body)
  }
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener)
  await listen(server, port)
  const { port: bound } = server.address() as AddressInfo
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${bound}`,
    get requests() {
      return requests
    },
    close: () => close(server),
  }
}

const unauthorized: MeterAnswer = { status: 401, type: 'text/plain', body: '' }

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve())
  })
}

function close(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
