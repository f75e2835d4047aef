import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

interface Request {
  readonly requestid: string
  status: 'queued' | 'pinning' | 'pinned' | 'failed'
  readonly created: string
  readonly pin: { readonly cid: string; readonly name?: string; readonly origins?: readonly string[] }
}

/** A service with the IPFS Pinning Service API 1.0, as far as we and its own client use it. */
export class FakePinningService {
  readonly requests = new Map<string, Request>()
  readonly token: string
  /** What becomes of a new request. */
  outcome: Request['status'] = 'queued'
  posts = 0
  #server: Server | undefined
  #next = 1

  constructor(token = 'pinning-token') {
    this.token = token
  }

  /** @param pair - key and certificate, PEM: it speaks TLS */
  async open(pair?: { readonly key: Buffer; readonly cert: Buffer }): Promise<string> {
    const answer = async (request: IncomingMessage, response: ServerResponse) => {
      const [status, body] = await this.#answer(request)
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(body === undefined ? '' : JSON.stringify(body))
    }
    const server = pair === undefined ? createServer(answer) : createTlsServer(pair, answer)
    this.#server = server
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
    return `${pair === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    this.#server?.closeAllConnections()
    await new Promise(done => this.#server?.close(done))
  }

  /** Moves all that waits. */
  settle(status: Request['status']): void {
    for (const request of this.requests.values()) if (request.status !== 'pinned') request.status = status
  }

  async #answer(request: IncomingMessage): Promise<[number, object?]> {
    // Its own client writes two slashes.
    const url = new URL((request.url ?? '').replace(/^\/+/, '/'), 'http://pins')
    if (request.headers.authorization !== `Bearer ${this.token}`) {
      return [401, { error: { reason: 'UNAUTHORIZED', details: 'access token is missing or invalid' } }]
    }
    const [path, id] = url.pathname.split('/').filter(part => part !== '')
    if (path !== 'pins') return [404, { error: { reason: 'NOT_FOUND' } }]
    if (request.method === 'POST') {
      this.posts += 1
      if (id !== undefined) this.requests.delete(id)
      return [202, this.#view(this.#add(JSON.parse(await textOf(request))))]
    }
    if (id !== undefined) {
      const found = this.requests.get(id)
      if (found === undefined) return [404, { error: { reason: 'NOT_FOUND' } }]
      if (request.method !== 'DELETE') return [200, this.#view(found)]
      this.requests.delete(id)
      return [202]
    }
    // Without a status only what is pinned is listed.
    const statuses = (url.searchParams.get('status') ?? 'pinned').split(',')
    const cids = url.searchParams.get('cid')?.split(',')
    if ((cids?.length ?? 0) > 10) return [400, { error: { reason: 'BAD_REQUEST' } }]
    const results = [...this.requests.values()].filter(
      ({ status, pin }) => statuses.includes(status) && (cids === undefined || cids.includes(pin.cid)),
    )
    const limit = Number(url.searchParams.get('limit') ?? 10)
    return [200, { count: results.length, results: results.slice(0, limit).map(one => this.#view(one)) }]
  }

  #add(pin: Request['pin']): Request {
    const requestid = `request-${this.#next++}`
    const request: Request = { requestid, status: this.outcome, created: new Date(0).toISOString(), pin }
    this.requests.set(requestid, request)
    return request
  }

  #view({ requestid, status, created, pin }: Request): object {
    return { requestid, status, created, pin, delegates: ['/ip4/127.0.0.1/tcp/4001/p2p/x'], info: {} }
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += chunk
  return text
}
