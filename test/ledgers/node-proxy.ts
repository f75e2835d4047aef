import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Answer {
  readonly id: unknown
  readonly result: unknown
}

/** A node of its own address in front of a real one: it can go, come back, be slow, be limited, and fall behind. */
export class NodeProxy {
  readonly #server: Server
  readonly #target: string
  #port = 0
  /** Requests that it answers with 429 from now on. */
  limited = 0
  retryAfter = '1'
  /** Milliseconds before each answer. */
  slow = 0
  /** The newest block that it knows of, as JSON; undefined: that of the node behind it. */
  newest: { readonly number: string } | undefined
  requests = 0

  private constructor(target: string) {
    this.#target = target
    this.#server = createServer((request, response) => void this.#answer(request, response))
  }

  static async start(target: string): Promise<NodeProxy> {
    const proxy = new NodeProxy(target)
    await proxy.listen()
    return proxy
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  get name(): string {
    return `127.0.0.1:${this.#port}`
  }

  /** Listens, after the first time on the same port again. */
  async listen(): Promise<void> {
    await new Promise<void>(resolve => this.#server.listen(this.#port, '127.0.0.1', resolve))
    this.#port = (this.#server.address() as AddressInfo).port
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return
    this.#server.closeAllConnections()
    await new Promise(resolve => this.#server.close(resolve))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests++
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    if (this.limited > 0) {
      this.limited--
      response.writeHead(429, { 'retry-after': this.retryAfter }).end('too many requests')
      return
    }
    const body = Buffer.concat(chunks).toString()
    if (this.slow > 0) await new Promise(resolve => setTimeout(resolve, this.slow))
    const answer = await fetch(this.#target, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    })
    response.writeHead(answer.status, { 'content-type': 'application/json' })
    response.end(this.#asItKnows(body, await answer.text()))
  }

  #asItKnows(body: string, text: string): string {
    const { newest } = this
    if (newest === undefined) return text
    const calls = [JSON.parse(body)].flat() as { id: unknown; method: string; params: unknown[] }[]
    const answers = JSON.parse(text) as Answer | Answer[]
    const known = (answer: Answer): Answer => {
      const call = calls.find(({ id }) => id === answer.id)
      if (call?.method !== 'eth_getBlockByNumber') return answer
      if (call.params[0] === 'latest') return { ...answer, result: newest }
      return BigInt(String(call.params[0])) > BigInt(newest.number) ? { ...answer, result: null } : answer
    }
    return JSON.stringify(Array.isArray(answers) ? answers.map(known) : known(answers))
  }
}
