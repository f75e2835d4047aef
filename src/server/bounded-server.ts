import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { EnergywebError, messageOf } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'

export interface BoundedServerOptions {
  /** Default 127.0.0.1. */
  readonly host?: string
  /** 0 for any that is free. */
  readonly port: number
  /** What listens, for messages: `the witness`. */
  readonly what: string
  readonly log: Logger
  /** Answers a request; what it throws is logged and told to nobody. */
  readonly answer: (request: IncomingMessage) => Promise<ServerAnswer>
}

export interface ServerAnswer {
  readonly status: number
  readonly type: string
  readonly body: string | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
}

/** Content type of a sentence. */
export const plainText = 'text/plain; charset=utf-8'

const slowestRequest = 15_000

/** Serves strangers over HTTP, bounded in time, size and number; who can be reached from outside stands behind a proxy that speaks TLS. */
export class BoundedServer {
  readonly #server: Server
  readonly #options: BoundedServerOptions

  private constructor(options: BoundedServerOptions) {
    this.#options = options
    this.#server = createServer(
      {
        // Nobody holds a connection open by speaking slowly, or not at all.
        requestTimeout: slowestRequest,
        headersTimeout: slowestRequest,
        connectionsCheckingInterval: 1_000,
        keepAliveTimeout: 30_000,
        maxHeaderSize: 8_192,
      },
      (request, response) => void this.#serve(request, response),
    )
    this.#server.maxConnections = 200
    this.#server.maxRequestsPerSocket = 1_000
  }

  /** Opens it; resolves when it listens. @throws EnergywebError `environment-unsuitable` */
  static async open(options: BoundedServerOptions): Promise<BoundedServer> {
    const { host = '127.0.0.1', port, what, log } = options
    const opened = new BoundedServer(options)
    const server = opened.#server
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    server.once('error', reject)
    server.listen({ host, port }, resolve)
    try {
      await promise
    } catch (cause) {
      throw new EnergywebError(
        'environment-unsuitable',
        `${what} can't listen on ${host}:${port}: ${messageOf(cause)}`,
        {
          cause,
          hint: 'Another program may listen there: name another address and port to listen on.',
          retryable: true,
        },
      )
    }
    server.off('error', reject)
    server.on('error', error => log.error({ error }, `${what}: ${messageOf(error)}`))
    return opened
  }

  /** Where it listens, like `http://127.0.0.1:8080`. */
  get url(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') return ''
    const host = address.family === 'IPv6' ? `[${address.address}]` : address.address
    return `http://${host}:${address.port}`
  }

  /** Brings requests under way to their end, and closes. */
  close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#server.close(() => resolve())
    this.#server.closeIdleConnections()
    // One that is still being sent is not waited for longer than a request may take.
    const force = setTimeout(() => this.#server.closeAllConnections(), 1_000)
    return promise.finally(() => clearTimeout(force))
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      send(response, await this.#options.answer(request))
    } catch (error) {
      if (request.destroyed && !request.complete) return
      // What went wrong is ours to know, not the stranger's.
      const { what, log } = this.#options
      log.error({ error }, `${what} has not answered: ${messageOf(error)}`)
      send(response, { status: 503, type: plainText, body: 'not now\n' })
    }
  }
}

/** Answers that leave a body unread: it would be taken for the next request. */
const ending: readonly number[] = [401, 403, 404, 405, 413]

function send(response: ServerResponse, { status, type, body, headers }: ServerAnswer): void {
  if (response.destroyed || response.headersSent) return
  response.writeHead(status, {
    'content-type': type,
    'content-length': typeof body === 'string' ? Buffer.byteLength(body) : body.length,
    'x-content-type-options': 'nosniff',
    ...headers,
    ...(ending.includes(status) && { connection: 'close' }),
  })
  response.end(body)
}
