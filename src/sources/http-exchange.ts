import type { Dispatcher } from 'undici'
import { EnergywebError } from '../core/errors.ts'
import type { HttpRequest, HttpResponse } from '../core/source.ts'
import { httpError, printableUrl, timeoutError } from './http-errors.ts'

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

/** One GET. The peer is hostile: every step is bounded in time and size, and nothing it says is followed. */
export function exchange(
  dispatcher: Dispatcher,
  url: URL,
  options: HttpRequest & { limits: HttpLimits },
): Promise<HttpResponse> {
  const { headers, maxBytes = defaultMaxBytes, signal, limits } = options
  return new Promise((resolve, reject) => {
    const where = printableUrl(url)
    const chunks: Uint8Array[] = []
    let received = 0
    let answer: Omit<HttpResponse, 'body'> | undefined
    let controller: Dispatcher.DispatchController | undefined
    let settled = false

    const settle = () => {
      settled = true
      clearTimeout(deadline)
      signal.removeEventListener('abort', abort)
    }
    const stop = (error: EnergywebError) => {
      if (settled) return
      settle()
      reject(error)
      controller?.abort(error)
    }
    const abort = () => stop(abortedError(where, signal))
    const deadline = setTimeout(
      () => stop(timeoutError(where, `not done within ${limits.total} ms`)),
      limits.total,
    )
    signal.addEventListener('abort', abort, { once: true })

    const dispatchOptions = {
      path: `${url.pathname}${url.search}`,
      method: 'GET',
      headers: headers ?? null,
      headersTimeout: limits.headers,
      bodyTimeout: limits.body,
    } as const
    dispatcher.dispatch(dispatchOptions, {
      onRequestStart(started) {
        controller = started
        if (settled) started.abort(new EnergywebError('aborted', `${where}: no longer wanted`))
      },
      onResponseStart(_, status, incoming) {
        answer = { status, headers: flatten(incoming) }
        const refusal = refusalOf(url, answer, maxBytes)
        if (refusal !== undefined) stop(refusal)
      },
      onResponseData(_, chunk) {
        received += chunk.length
        if (received > maxBytes) stop(tooLarge(where, maxBytes))
        else chunks.push(chunk)
      },
      onResponseEnd() {
        if (settled || answer === undefined) return
        settle()
        resolve({ ...answer, body: join(chunks, received) })
      },
      onResponseError: (_, error) => stop(httpError(error, where)),
    })
  })
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
  const where = printableUrl(url)
  if (answer.status >= 300 && answer.status < 400) return redirectError(url, answer)
  if (Number(answer.headers['content-length'] ?? 0) > maxBytes) return tooLarge(where, maxBytes)
  const encoding = answer.headers['content-encoding'] ?? 'identity'
  if (encoding === 'identity') return undefined
  return new EnergywebError(
    'source-malformed',
    `${where}: the answer is compressed, which was not asked for`,
    {
      hint: 'Switch compression off in the device or the proxy before it.',
    },
  )
}

/** No redirect is followed: it could lead out of TLS or out of the house. */
function redirectError(url: URL, { status, headers }: Omit<HttpResponse, 'body'>): EnergywebError {
  const where = printableUrl(url)
  const location = headers.location ?? ''
  const target = URL.canParse(location, url.href) ? new URL(location, url) : undefined
  const to = target === undefined ? '' : ` to ${printableUrl(target)}`
  if (target?.protocol === 'http:' && url.protocol === 'https:') {
    return new EnergywebError('tls-refused', `${where}: redirected out of TLS${to}`, {
      hint: 'Ask the operator of the server; the gateway never leaves TLS by itself.',
    })
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

function flatten(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = typeof value === 'string' ? value : value.join(', ')
  }
  return flat
}

function join(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const body = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    body.set(chunk, at)
    at += chunk.length
  }
  return body
}
