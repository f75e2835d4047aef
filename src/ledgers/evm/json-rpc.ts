import { EnergywebError, messageOf } from '../../core/errors.ts'

export interface RpcCall {
  readonly method: string
  readonly params: readonly unknown[]
}

/** A node's own error, as JSON-RPC gives it. */
export interface RpcError {
  readonly code: number
  readonly message: string
  readonly data: unknown
}

export type RpcAnswer =
  | { readonly result: unknown; readonly error?: undefined }
  | { readonly error: RpcError; readonly result?: undefined }

export type Fetch = typeof globalThis.fetch

export interface JsonRpcOptions {
  /** How messages call the network. */
  readonly name: string
  /** One or more nodes, tried in order. User and password in a URL become a header and are never shown. */
  readonly urls: readonly string[]
  readonly fetch?: Fetch
  /** Milliseconds for one request, default 15,000. */
  readonly timeout?: number
  /** Calls in one request, default 50. */
  readonly batchSize?: number
}

interface Endpoint {
  readonly url: string
  /** For messages: scheme and host alone, as paths and queries often hold an API key. */
  readonly shown: string
  readonly headers: Record<string, string>
  /** False once it answered a batch with something else than a list. */
  batches: boolean
}

const longestAnswer = 32 * 1024 * 1024

/** JSON-RPC 2.0 over HTTP, in batches that are matched by id, with the next node tried when one fails. */
export class JsonRpc {
  readonly #options: Required<JsonRpcOptions>
  readonly #endpoints: readonly Endpoint[]
  #current = 0
  #id = 0
  /** Counts connections: whoever remembers it knows whether what it checked was the same node, without a break. */
  connection = 0

  constructor(options: JsonRpcOptions) {
    this.#options = { fetch: globalThis.fetch, timeout: 15_000, batchSize: 50, ...options }
    this.#endpoints = options.urls.map(endpointOf)
    if (this.#endpoints.length === 0) {
      throw new EnergywebError('config-invalid', `network ${options.name} names no node`)
    }
  }

  /**
   * One call; the answer is its result.
   * @throws EnergywebError `network-unreachable`; `network-refused` for a node's own error; both retryable.
   */
  async call(
    method: string,
    params: readonly unknown[],
    options: { signal?: AbortSignal } = {},
  ): Promise<unknown> {
    const [answer] = await this.batch([{ method, params }], options)
    if (answer?.error !== undefined) throw this.failed(method, answer.error)
    return answer?.result
  }

  /** What a node's own error means when no other meaning is known: the node is there, and it may pass. */
  failed(method: string, error: RpcError): EnergywebError {
    const text = `network ${this.#options.name}: ${method} failed: ${error.message.slice(0, 300)} (code ${error.code})`
    return new EnergywebError('network-refused', text, { retryable: true })
  }

  /** The node of this connection answers and is of no use: the next one is asked from now on. */
  moveOn(connection: number): void {
    // Others may have found out at the same time.
    if (this.connection !== connection) return
    this.connection++
    this.#current++
  }

  /**
   * Answers in the order of the calls. All calls go to one node.
   * @throws EnergywebError `network-unreachable`, retryable.
   */
  async batch(
    calls: readonly RpcCall[],
    options: { signal?: AbortSignal } = {},
  ): Promise<readonly RpcAnswer[]> {
    const answers: RpcAnswer[] = []
    const asked = this.#current
    const endpoint = this.#endpoints[asked % this.#endpoints.length]
    if (endpoint === undefined) return answers
    try {
      let at = 0
      while (at < calls.length) {
        const size = endpoint.batches ? this.#options.batchSize : 1
        const got = await this.#exchange(endpoint, calls.slice(at, at + size), options.signal)
        // A node without batches answers with one error for all: the same calls once more, one by one.
        if (got === undefined) continue
        answers.push(...got)
        at += size
      }
    } catch (error) {
      this.connection++
      // Calls that failed side by side at one node move on to the next once, not past it.
      if (this.#current === asked) this.#current++
      throw error
    }
    return answers
  }

  async #exchange(endpoint: Endpoint, calls: readonly RpcCall[], signal: AbortSignal | undefined) {
    const requests = calls.map(call => ({ jsonrpc: '2.0', id: ++this.#id, ...call }))
    const alone = requests.length === 1 && requests[0]
    const answer = await this.#post(endpoint, alone || requests, signal)
    const list = Array.isArray(answer) ? answer : [answer]
    if (!alone && !Array.isArray(answer)) {
      endpoint.batches = false
      return undefined
    }
    const byId = new Map<unknown, RpcAnswer>()
    for (const item of list) {
      const read = answerOf(item)
      if (read !== undefined) byId.set(read.id, read.answer)
    }
    return requests.map(request => {
      const found = byId.get(request.id)
      if (found === undefined) throw this.#unreachable(endpoint, `left ${request.method} without an answer`)
      return found
    })
  }

  async #post(endpoint: Endpoint, body: unknown, signal: AbortSignal | undefined): Promise<unknown> {
    const limit = AbortSignal.timeout(this.#options.timeout)
    try {
      const response = await this.#options.fetch(endpoint.url, {
        method: 'POST',
        headers: endpoint.headers,
        body: JSON.stringify(body),
        redirect: 'error',
        signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
      })
      const text = await this.#textOf(endpoint, response)
      // Some nodes give a JSON-RPC error with status 400 or 500: its text tells more than the status.
      if (!response.ok && !text.startsWith('{') && !text.startsWith('[')) {
        throw this.#unreachable(endpoint, `answered with status ${response.status}`)
      }
      return JSON.parse(text)
    } catch (cause) {
      signal?.throwIfAborted()
      if (cause instanceof EnergywebError) throw cause
      const why = limit.aborted ? `gave no answer within ${this.#options.timeout} ms` : reasonOf(cause)
      throw this.#unreachable(endpoint, why)
    }
  }

  async #textOf(endpoint: Endpoint, response: Response): Promise<string> {
    if (response.body === null) return ''
    const decoder = new TextDecoder()
    let text = ''
    for await (const chunk of response.body) {
      text += decoder.decode(chunk, { stream: true })
      if (text.length > longestAnswer) throw this.#unreachable(endpoint, 'gave an answer of more than 32 MB')
    }
    return text + decoder.decode()
  }

  #unreachable(endpoint: Endpoint, why: string): EnergywebError {
    return new EnergywebError(
      'network-unreachable',
      `network ${this.#options.name}: ${endpoint.shown} ${why}`,
      {
        retryable: true,
        hint: 'Nothing is lost: what waits is sent once a node answers. Is `rpc` right and the node running?',
      },
    )
  }
}

// The cause itself may name the URL with its key: only its code goes on.
function reasonOf(cause: unknown): string {
  if (cause instanceof SyntaxError) return 'answered with something that is not JSON'
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : undefined
  const code = inner !== undefined && 'code' in inner ? String(inner.code) : messageOf(cause)
  return `can't be reached (${code.slice(0, 80)})`
}

function endpointOf(text: string): Endpoint {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new EnergywebError('config-invalid', 'a node has an http or https URL', {
      hint: 'Look at `rpc` of the network.',
    })
  }
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  if (url.username !== '' || url.password !== '') {
    const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
    headers.authorization = `Basic ${Buffer.from(credentials).toString('base64')}`
    url.username = ''
    url.password = ''
  }
  return { url: url.href, shown: url.origin, headers, batches: true }
}

function answerOf(item: unknown): { id: unknown; answer: RpcAnswer } | undefined {
  if (typeof item !== 'object' || item === null) return undefined
  const id = 'id' in item ? item.id : undefined
  if ('error' in item && typeof item.error === 'object' && item.error !== null) {
    const { error } = item
    const code = 'code' in error && typeof error.code === 'number' ? error.code : 0
    const message = 'message' in error && typeof error.message === 'string' ? error.message : 'no message'
    return { id, answer: { error: { code, message, data: 'data' in error ? error.data : undefined } } }
  }
  return 'result' in item ? { id, answer: { result: item.result } } : undefined
}
