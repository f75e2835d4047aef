import type { Client } from 'undici'
import { canonicalJson } from '../core/canonical-json.ts'
import { EnergywebError } from '../core/errors.ts'
import type {
  HttpBody,
  HttpClient,
  HttpPostRequest,
  HttpRequest,
  HttpResponse,
  TlsPolicy,
} from '../core/source.ts'
import { checkUrl, connectorOptions, type Lookup } from './http-connector.ts'
import { printableUrl } from './http-errors.ts'
import { abortedError, defaultLimits, exchange, type HttpLimits, type Payload } from './http-exchange.ts'

export interface HttpClientOptions {
  readonly tls: TlsPolicy
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

  const clientOf = (url: URL): Promise<Client> => {
    const known = clients.get(url.origin)
    if (known !== undefined) return known
    checkUrl(url, options.tls)
    const opening = open(url.origin, options, limits)
    clients.set(url.origin, opening)
    opening.catch(() => clients.delete(url.origin))
    return opening
  }

  // A meter is asked for the same address again and again.
  let latest: { text: string; url: URL } | undefined
  const urlOf = (text: string): URL => {
    if (latest?.text !== text) latest = { text, url: parseUrl(text) }
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
    async close() {
      closed = true
      const open = [...clients.values()]
      clients.clear()
      await Promise.allSettled(open.map(async client => (await client).destroy()))
    },
  }
}

async function open(origin: string, options: HttpClientOptions, limits: HttpLimits): Promise<Client> {
  const { lookup } = options
  const [{ Client }, connect] = await Promise.all([
    import('undici'),
    connectorOptions(options.tls, { timeout: limits.connect, ...(lookup && { lookup }) }),
  ])
  return new Client(origin, { connect, maxHeaderSize: 16_384, keepAliveMaxTimeout: 60_000 })
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new EnergywebError('argument-invalid', 'not an http or https address', {
      hint: 'Write it like https://meter.example.org/api.',
    })
  }
  if (url.username !== '' || url.password !== '') {
    throw new EnergywebError('argument-invalid', `${printableUrl(url)}: the address holds credentials`, {
      hint: 'Addresses end up in logs: put user and password under auth.',
    })
  }
  return url
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
  throw new EnergywebError('tls-refused', `${printableUrl(url)}: credentials would travel in plain text`, {
    hint: 'This protocol knows TLS: use https, or leave auth out.',
  })
}
