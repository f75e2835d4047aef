import type { buildConnector, Client } from 'undici'
import { canonicalJson } from '../core/canonical-json.ts'
import { printableUrl } from '../core/printable-url.ts'
import type { HttpBody, HttpClient, HttpPostRequest, HttpRequest, HttpResponse } from '../core/source.ts'
import type { ConnectionFacts } from '../core/tls-policy.ts'
import { admit, type Lookup } from './address-admission.ts'
import type { ConnectionPolicy } from './connection-policy.ts'
import { httpConnector } from './http-connector.ts'
import { abortedError, defaultLimits, exchange, type HttpLimits, type Payload } from './http-exchange.ts'
import { tlsRefused } from './tls-refusals.ts'
import { webAddress } from './web-address.ts'

export interface HttpClientOptions extends ConnectionPolicy {
  /** True only where the protocol has no TLS; else credentials never travel over plain HTTP. */
  readonly plaintextCredentials: boolean
  readonly limits?: Partial<HttpLimits>
  /** Default: the system's resolver. */
  readonly lookup?: Lookup
}

const credentialHeaders = ['authorization', 'x-api-key', 'cookie', 'auth-token']

/**
 * Opens HTTP under one TLS policy: one connection an origin, kept alive between polls; bounded in time and size;
 * redirects and compressed answers refused. undici is loaded at the first request.
 */
export function openHttpClient(options: HttpClientOptions): HttpClient {
  const limits = { ...defaultLimits, ...options.limits }
  const clients = new Map<string, Promise<Client>>()
  let closed = false
  let facts: ConnectionFacts | undefined
  const connect = httpConnector({
    policy: options,
    timeout: limits.connect,
    lookup: options.lookup,
    onOpen: found => {
      facts = found
    },
  })

  const clientOf = (url: URL): Promise<Client> => {
    const known = clients.get(url.origin)
    if (known !== undefined) return known
    const { hostname, protocol } = url
    admit({ hostname, secure: protocol === 'https:' }, options, `${protocol}//${url.host}`)
    const opening = open(url.origin, connect)
    clients.set(url.origin, opening)
    opening.catch(() => clients.delete(url.origin))
    return opening
  }

  // A meter is asked for the same address again and again.
  let latest: { text: string; url: URL } | undefined
  const urlOf = (text: string): URL => {
    if (latest?.text !== text) latest = { text, url: webAddress(text, ['http', 'https']) }
    return latest.url
  }

  const send = async (request: HttpRequest & { readonly body?: Payload }): Promise<HttpResponse> => {
    const url = urlOf(request.url)
    if (closed || request.signal.aborted) throw abortedError(printableUrl(url), request.signal)
    if (url.protocol === 'http:' && !options.plaintextCredentials) refuseCredentials(url, request)
    const client = await clientOf(url)
    return exchange(client, url, { ...request, limits })
  }

  return {
    get: send,
    post: async request => send(withBody(request)),
    facts: () => facts,
    async close() {
      closed = true
      const open = [...clients.values()]
      clients.clear()
      await Promise.allSettled(open.map(async client => (await client).destroy()))
    },
  }
}

async function open(origin: string, connect: buildConnector.connector): Promise<Client> {
  const { Client } = await import('undici')
  return new Client(origin, { connect, maxHeaderSize: 16_384, keepAliveMaxTimeout: 60_000 })
}

function withBody({ body, headers, ...request }: HttpPostRequest): HttpRequest & { readonly body: Payload } {
  const [type, payload] = encoded(body)
  const encoding = 'bytes' in body ? body.encoding : undefined
  const about = { 'content-type': type, ...(encoding && { 'content-encoding': encoding }) }
  return { ...request, headers: { ...headers, ...about }, body: payload }
}

function encoded(body: HttpBody): readonly [string, Payload] {
  if ('bytes' in body) return [body.type, body.bytes]
  if ('form' in body) return ['application/x-www-form-urlencoded', new URLSearchParams(body.form).toString()]
  return 'json' in body ? ['application/json', canonicalJson(body.json)] : [body.type, body.text]
}

/** A body counts as credentials: what is posted to a source is a log-in. */
function refuseCredentials(
  url: URL,
  { headers = {}, body }: HttpRequest & { readonly body?: Payload },
): void {
  const named = Object.keys(headers).find(name => credentialHeaders.includes(name.toLowerCase()))
  if (named === undefined && body === undefined) return
  throw tlsRefused('plain-credentials', printableUrl(url), { what: 'credentials would travel in plain text' })
}
