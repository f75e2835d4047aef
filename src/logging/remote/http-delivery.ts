import { openHttpClient } from '../../connections/index.ts'
import { EnergywebError, isEnergywebError, messageOf } from '../../core/errors.ts'
import { retryAfter } from '../../core/retry-after.ts'
import type { HttpBody, HttpClient, HttpResponse, TlsPolicy } from '../../core/source.ts'
import type { Delivery } from './sink.ts'

/** How one sink's HTTP is made and what its answers mean. */
export interface HttpDeliveryOptions {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly tls: TlsPolicy
  /** What an answer of 2xx says. @throws EnergywebError when it makes no sense */
  readonly taken: (response: HttpResponse) => Delivery
  /** What becomes of messages at any other status; undefined leaves it to the common rules. */
  readonly otherwise?: (response: HttpResponse, said: string) => Delivery | undefined
}

export interface HttpDelivery {
  post(body: HttpBody, options: { readonly signal: AbortSignal }): Promise<Delivery>
  close(): Promise<void>
}

/** The server is busy, or what stands before it has lost it. */
const passing: readonly number[] = [408, 429, 502, 503, 504]
/** The address, the token or the way there is wrong: somebody must change it, and the messages are as good as before. */
const standing: readonly number[] = [401, 402, 403, 404, 405, 407, 421]
/** This very request is at fault. */
const unfit: readonly number[] = [400, 413, 414, 415, 422, 431]

/** Posts messages to a server and says what became of them. */
export function httpDelivery(options: HttpDeliveryOptions): HttpDelivery {
  const { url, headers, tls } = options
  const client: HttpClient = openHttpClient({
    tls,
    // A collector on this very machine: nothing leaves it.
    plainLoopback: true,
    // Whether credentials may go without TLS is for the configuration's check, which refuses it.
    plaintextCredentials: true,
  })
  return {
    async post(body, { signal }) {
      try {
        const response = await client.post({ url, headers, body, signal })
        return deliveryOf(response, options)
      } catch (error) {
        if (signal.aborted) throw new EnergywebError('aborted', 'no longer wanted', { cause: error })
        return failed(error)
      }
    },
    close: () => client.close(),
  }
}

function deliveryOf(response: HttpResponse, { taken, otherwise }: HttpDeliveryOptions): Delivery {
  const { status, headers } = response
  if (status >= 200 && status < 300) return taken(response)
  const said = shown(response.body)
  const why = `HTTP ${status}${said === '' ? '' : `: ${said}`}`
  const own = otherwise?.(response, why)
  if (own !== undefined) return own
  const after = retryAfter(headers['retry-after'], Date.now())
  if (passing.includes(status)) return { outcome: 'later', why, after }
  if (standing.includes(status)) return { outcome: 'stands', why }
  if (unfit.includes(status)) return { outcome: 'unfit', why }
  return { outcome: 'refused', why }
}

/** No answer at all: what was refused for its certificate stands until somebody changes that. */
function failed(error: unknown): Delivery {
  const why = messageOf(error)
  if (isEnergywebError(error) && !error.retryable) return { outcome: 'stands', why }
  return { outcome: 'later', why }
}

/** A stranger's words, short and on one line. */
export function shown(body: Uint8Array): string {
  const text = new TextDecoder().decode(body.subarray(0, 300))
  return text.replace(/[\p{Cc}\s]+/gu, ' ').trim()
}
