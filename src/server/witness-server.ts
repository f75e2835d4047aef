import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { EnergywebError, messageOf } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import type { Witness, WitnessAnswer } from './witness.ts'

export interface WitnessServerOptions {
  readonly witness: Pick<Witness, 'addCheckpoint'>
  /** Default 127.0.0.1. */
  readonly host?: string
  /** 0 for any that is free. */
  readonly port: number
  /** What stands before `/add-checkpoint`; default nothing. */
  readonly prefix?: string
  readonly log: Logger
}

/** 63 hashes and a checkpoint with a good many signatures, of post-quantum keys too. */
const longestBody = 131_072
const slowestRequest = 15_000
const plain = 'text/plain; charset=utf-8'

/** Serves a witness over HTTP; who can be reached from outside stands behind a proxy that speaks TLS. */
export class WitnessServer {
  readonly #server: Server
  readonly #options: WitnessServerOptions

  private constructor(options: WitnessServerOptions) {
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
  static async open(options: WitnessServerOptions): Promise<WitnessServer> {
    const { host = '127.0.0.1', port } = options
    const opened = new WitnessServer(options)
    const server = opened.#server
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    server.once('error', reject)
    server.listen({ host, port }, resolve)
    try {
      await promise
    } catch (cause) {
      const what = `the witness can't listen on ${host}:${port}: ${messageOf(cause)}`
      throw new EnergywebError('environment-unsuitable', what, {
        cause,
        hint: 'Another program may listen there: name another address and port to listen on.',
        retryable: true,
      })
    }
    server.off('error', reject)
    server.on('error', error => options.log.error({ error }, `the witness's server: ${messageOf(error)}`))
    return opened
  }

  /** Where it listens, like `http://127.0.0.1:8080/prefix`. */
  get url(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') return ''
    const host = address.family === 'IPv6' ? `[${address.address}]` : address.address
    return `http://${host}:${address.port}${this.#options.prefix ?? ''}`
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
      send(response, await this.#answer(request))
    } catch (error) {
      if (request.destroyed && !request.complete) return
      // What went wrong is ours to know, not the stranger's.
      this.#options.log.error({ error }, `the witness has not answered: ${messageOf(error)}`)
      send(response, { status: 503, type: plain, body: 'not now\n' })
    }
  }

  async #answer(request: IncomingMessage): Promise<WitnessAnswer> {
    const { witness, prefix = '' } = this.#options
    const [path] = (request.url ?? '').split('?', 1)
    if (path !== `${prefix}/add-checkpoint`) return { status: 404, type: plain, body: 'nothing is here\n' }
    if (request.method !== 'POST') return { status: 405, type: plain, body: 'POST a checkpoint\n' }
    const body = await readBody(request)
    if (body === undefined) return { status: 413, type: plain, body: `at most ${longestBody} bytes\n` }
    return witness.addCheckpoint(body)
  }
}

/** Undefined when it is too long. */
async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > longestBody) return undefined
  const chunks: Uint8Array[] = []
  let length = 0
  // A reader that stops must not tear the connection down: the answer goes over it.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!(chunk instanceof Uint8Array)) continue
    length += chunk.length
    if (length > longestBody) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function send(response: ServerResponse, { status, type, body }: WitnessAnswer): void {
  if (response.destroyed || response.headersSent) return
  // A body that was not read to its end would be taken for the next request.
  const ends = status === 413 || status === 404 || status === 405
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'x-content-type-options': 'nosniff',
    ...(status === 405 && { allow: 'POST' }),
    ...(ends && { connection: 'close' }),
  })
  response.end(body)
}
