import type { Agent } from 'undici'
import { EnergywebError } from '../core/errors.ts'
import { admit, type Lookup } from './address-admission.ts'
import { isClientCertificateAnswer, longestClientCertificateAnswer } from './client-certificate-answer.ts'
import type { ConnectionPolicy } from './connection-policy.ts'
import { httpConnector } from './http-connector.ts'
import { codeOf } from './http-errors.ts'
import { redirectError } from './http-exchange.ts'
import { refusalOfCode, tlsRefused } from './tls-refusals.ts'
import { webAddress } from './web-address.ts'

/** What is fetched. */
export interface FetchInit {
  readonly method: 'GET' | 'HEAD' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly redirect?: 'error'
  readonly signal?: AbortSignal
}

/** As much of `fetch` as is used here; the one of the language fits. */
export type Fetch = (url: string, init: FetchInit) => Promise<Response>

export interface FetchOptions {
  readonly policy: ConnectionPolicy
  /** Milliseconds for name, TCP and TLS together; default 10 s. */
  readonly timeout?: number
  readonly lookup?: Lookup
}

/**
 * A `fetch` that keeps to a policy, for what speaks by fetch, like JSON-RPC. No redirect is followed, and no proxy of the
 * environment is used. What is refused is thrown as `tls-refused`; messages name the host alone, as an address may hold a key.
 */
export function openFetch({ policy, timeout = 10_000, lookup }: FetchOptions): Fetch {
  const connect = httpConnector({ policy, timeout, lookup })
  let agent: Agent | undefined
  return async (address, init) => {
    const url = webAddress(address, ['http', 'https'])
    const where = `${url.protocol}//${url.host}`
    admit({ hostname: url.hostname, secure: url.protocol === 'https:' }, policy, where)
    const { Agent, fetch } = await import('undici')
    agent ??= new Agent({ connect, keepAliveTimeout: 4_000 })
    try {
      const response = await fetch(url, { ...init, redirect: 'manual', dispatcher: agent })
      await refuseAnswer(response, url)
      return response
    } catch (error) {
      throw refusalIn(error, where)
    }
  }
}

/** @throws EnergywebError for a redirect, and for a server that refuses our certificate in words */
async function refuseAnswer(response: Response, url: URL): Promise<void> {
  const { status, headers } = response
  if (status >= 300 && status < 400) {
    await response.body?.cancel()
    // Not the path: it may hold a key.
    throw redirectError(new URL('/', url), { status, headers: Object.fromEntries(headers) })
  }
  const length = Number(headers.get('content-length') ?? Number.POSITIVE_INFINITY)
  if (url.protocol !== 'https:' || status < 400 || length > longestClientCertificateAnswer) return
  const text = await response.clone().text()
  if (!isClientCertificateAnswer({ status, text })) return
  const what = `answers ${status}: it does not take our certificate, or wants one`
  throw tlsRefused('client-certificate-refused', `${url.protocol}//${url.host}`, { what })
}

/** What fetch wraps, where it is a refusal; anything else as it is. */
function refusalIn(error: unknown, where: string): unknown {
  if (error instanceof EnergywebError || !(error instanceof Error)) return error
  const { cause } = error
  if (cause instanceof EnergywebError && cause.code === 'tls-refused') return cause
  const refusal = refusalOfCode(codeOf(cause))
  return refusal === undefined ? error : tlsRefused(refusal.reason, where, { what: refusal.what, cause })
}
