import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import { EnergywebError } from '../core/errors.ts'
import { printableUrl } from '../core/printable-url.ts'
import type { HttpRequest, HttpResponse } from '../core/source.ts'
import { isClientCertificateAnswer, longestClientCertificateAnswer } from './client-certificate-answer.ts'
import { GrowingBytes } from './growing-bytes.ts'
import { httpError, timeoutError } from './http-errors.ts'
import { tlsRefused } from './tls-refusals.ts'

/** Milliseconds. The network runs on real time, whatever clock the gateway has. */
export interface HttpLimits {
  /** TCP and TLS. Default 10 s. */
  readonly connect: number
  /** From the request to the answer's headers. Default 20 s. */
  readonly headers: number
  /** Between two pieces of the body. Default 20 s. */
  readonly body: number
  /** The whole exchange, however busy the peer looks. Default 30 s. */
  readonly total: number
}

export const defaultLimits: HttpLimits = { connect: 10_000, headers: 20_000, body: 20_000, total: 30_000 }

const defaultMaxBytes = 1_048_576

/** What a POST carries. */
export type Payload = string | Uint8Array

/** What is sent: a GET, or a POST when there is a body. */
export interface Outgoing extends HttpRequest {
  readonly body?: Payload
  readonly limits: HttpLimits
}

/** One exchange. The peer is hostile: every step is bounded in time and size, and nothing it says is followed. */
export function exchange(dispatcher: Dispatcher, url: URL, request: Outgoing): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const handler = new Exchange(url, request, { resolve, reject })
    const { headers = null, body = null } = request
    const path = `${url.pathname}${url.search}`
    const method = request.method ?? (body === null ? 'GET' : 'POST')
    // The exchange keeps its own time, with one timer where the library would arm two a request.
    dispatcher.dispatch({ path, method, headers, body, headersTimeout: 0, bodyTimeout: 0 }, handler)
  })
}

interface Outcome {
  resolve(response: HttpResponse): void
  reject(error: EnergywebError): void
}

class Exchange implements Dispatcher.DispatchHandler {
  readonly #url: URL
  readonly #request: Outgoing
  readonly #outcome: Outcome
  readonly #began = performance.now()
  readonly #body = new GrowingBytes()
  readonly #abort = () => this.#stop(abortedError(this.#where, this.#request.signal))
  #progress = this.#began
  #answer: Omit<HttpResponse, 'body'> | undefined
  #controller: Dispatcher.DispatchController | undefined
  #settled = false
  #timer: NodeJS.Timeout | undefined

  constructor(url: URL, request: Outgoing, outcome: Outcome) {
    this.#url = url
    this.#request = request
    this.#outcome = outcome
    request.signal.addEventListener('abort', this.#abort, { once: true })
    // Taken back while the client was being made: no event will say so any more.
    if (request.signal.aborted) this.#abort()
    else this.#watch()
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    this.#progress = performance.now()
    if (this.#settled) controller.abort(new EnergywebError('aborted', `${this.#where}: no longer wanted`))
  }

  onResponseStart(_: unknown, status: number, headers: IncomingHttpHeaders): void {
    this.#answer = { status, headers: flatHeaders(headers) }
    this.#progress = performance.now()
    const refusal = refusalOf(this.#url, this.#answer, this.#maxBytes)
    if (refusal !== undefined) this.#stop(refusal)
  }

  onResponseData(_: unknown, chunk: Uint8Array): void {
    this.#progress = performance.now()
    if (this.#body.length + chunk.length > this.#maxBytes) this.#stop(tooLarge(this.#where, this.#maxBytes))
    else this.#body.add(chunk)
  }

  onResponseEnd(): void {
    if (this.#settled || this.#answer === undefined) return
    const response = { ...this.#answer, body: this.#body.taken() }
    const refusal = certificateRefusal(this.#url, response)
    if (refusal !== undefined) {
      this.#stop(refusal)
      return
    }
    this.#settle()
    this.#outcome.resolve(response)
  }

  onResponseError(_: unknown, error: Error): void {
    this.#stop(httpError(error, this.#where))
  }

  get #where(): string {
    return printableUrl(this.#url)
  }

  get #maxBytes(): number {
    return this.#request.maxBytes ?? defaultMaxBytes
  }

  /** Waits until the next limit could be over; progress in between only moves it, without arming a timer anew. */
  #watch(): void {
    const { headers, body, total } = this.#request.limits
    const now = performance.now()
    const silence = this.#progress + (this.#answer === undefined ? headers : body) - now
    const rest = this.#began + total - now
    if (rest <= 0) this.#stop(timeoutError(this.#where, `not done within ${total} ms`))
    else if (silence > 0) this.#timer = setTimeout(() => this.#watch(), Math.ceil(Math.min(silence, rest)))
    else {
      const what = this.#answer === undefined ? 'no answer in time' : 'the answer stopped half-way'
      this.#stop(timeoutError(this.#where, what))
    }
  }

  #stop(error: EnergywebError): void {
    if (this.#settled) return
    this.#settle()
    this.#outcome.reject(error)
    this.#controller?.abort(error)
  }

  #settle(): void {
    this.#settled = true
    clearTimeout(this.#timer)
    this.#request.signal.removeEventListener('abort', this.#abort)
  }
}

/** The error of a request that the caller took back. */
export function abortedError(where: string, signal: AbortSignal): EnergywebError {
  return new EnergywebError('aborted', `${where}: the request was taken back`, {
    cause: signal.reason,
    hint: 'Nothing is wrong with the source; the gateway stopped waiting.',
  })
}

function refusalOf(
  url: URL,
  answer: Omit<HttpResponse, 'body'>,
  maxBytes: number,
): EnergywebError | undefined {
  if (answer.status >= 300 && answer.status < 400) return redirectError(url, answer)
  if (Number(answer.headers['content-length'] ?? 0) > maxBytes) return tooLarge(printableUrl(url), maxBytes)
  const encoding = answer.headers['content-encoding'] ?? 'identity'
  if (encoding === 'identity') return undefined
  return new EnergywebError(
    'source-malformed',
    `${printableUrl(url)}: the answer is compressed, which was not asked for`,
    {
      hint: 'Switch compression off in the device or the proxy before it.',
    },
  )
}

/** A server that finishes the handshake may still tell in its answer that it misses our certificate. */
export function certificateRefusal(
  url: URL,
  { status, body }: Pick<HttpResponse, 'status' | 'body'>,
): EnergywebError | undefined {
  if (status < 400 || url.protocol !== 'https:' || body.length > longestClientCertificateAnswer)
    return undefined
  if (!isClientCertificateAnswer({ status, text: new TextDecoder().decode(body) })) return undefined
  const what = `answers ${status}: it does not take our certificate, or wants one`
  return tlsRefused('client-certificate-refused', printableUrl(url), { what })
}

/** No redirect is followed: it could lead out of TLS or out of the house. */
export function redirectError(
  url: URL,
  { status, headers }: { readonly status: number; readonly headers: Readonly<Record<string, string>> },
): EnergywebError {
  const where = printableUrl(url)
  const location = headers.location ?? ''
  const target = URL.canParse(location, url.href) ? new URL(location, url) : undefined
  const to = target === undefined ? '' : ` to ${printableUrl(target)}`
  if (target?.protocol === 'http:' && url.protocol === 'https:') {
    return tlsRefused('redirect-out-of-tls', where, { what: `redirected out of TLS${to}` })
  }
  return new EnergywebError('source-failed', `${where}: answered ${status}, a redirect${to}`, {
    hint: 'Redirects are not followed: write the final address into the configuration.',
  })
}

function tooLarge(where: string, maxBytes: number): EnergywebError {
  return new EnergywebError('source-too-large', `${where}: the answer is longer than ${maxBytes} bytes`, {
    hint: 'Is this the right address?',
  })
}

/** Headers by their names in lower case. */
export function flatHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = typeof value === 'string' ? value : value.join(', ')
  }
  return flat
}
