import { readFileSync } from 'node:fs'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

const certificates = new URL('../../src/connections/test-certificates/', import.meta.url)
const cert = readFileSync(new URL('server.pem', certificates))
const key = readFileSync(new URL('server.key.pem', certificates))

/** The authority of what the servers here show. */
export const authority = fileURLToPath(new URL('authority.pem', certificates))

/** A request as it came, and its body decompressed. */
export interface SinkRequest {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface SinkAnswer {
  readonly status: number
  readonly headers?: Record<string, string>
  readonly body?: string | Uint8Array
}

/** An HTTPS server that can go away, come back on its port, and be told to fail. */
export class HttpSink {
  readonly #answer: (request: SinkRequest) => SinkAnswer
  readonly #failures: SinkAnswer[] = []
  #server: Server | undefined
  #port = 0
  /** All that came, TLS taken off: requests' lines, headers, bodies as they were and decompressed. */
  readonly received: Buffer[] = []
  /** The bodies alone, as they were and decompressed. */
  readonly bodies: Buffer[] = []
  requests = 0

  constructor(answer: (request: SinkRequest) => SinkAnswer) {
    this.#answer = answer
  }

  get url(): string {
    return `https://127.0.0.1:${this.#port}`
  }

  get port(): number {
    return this.#port
  }

  /** What it answers next, in place of what it would. */
  failNext(...answers: SinkAnswer[]): void {
    this.#failures.push(...answers)
  }

  async up(): Promise<this> {
    const server = createServer({ cert, key }, (request, response) => void this.#serve(request, response))
    this.#server = server
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(this.#port, '127.0.0.1', resolve)
    })
    this.#port = (server.address() as AddressInfo).port
    return this
  }

  async down(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (server === undefined) return
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece)
    const raw = Buffer.concat(pieces)
    const { url = '', headers } = request
    const body = headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw
    this.received.push(Buffer.from([url, ...request.rawHeaders].join('\n')), raw, body)
    this.bodies.push(raw, body)
    this.requests += 1
    const answer = this.#failures.shift() ?? this.#answer({ path: url, headers, body })
    response.writeHead(answer.status, answer.headers).end(answer.body)
  }
}
