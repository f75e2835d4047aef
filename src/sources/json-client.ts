import { printableUrl } from '../core/printable-url.ts'
import type { HttpResponse, SourceContext, TlsPolicy } from '../core/source.ts'
import type { ConnectionFacts } from '../core/tls-policy.ts'
import { type Answer, acceptAnswer, basicAuthorization, expectMediaType } from './answers.ts'

type Credentials = { readonly user: string; readonly password: string } | { readonly apiKey: string }

export interface JsonClientOptions {
  readonly tls: TlsPolicy
  readonly auth?: Credentials | undefined
}

/** Gets JSON with the credentials of one service. */
export interface JsonClient {
  /** The answer whatever its status. */
  ask(url: string, request: { signal: AbortSignal; maxBytes: number }): Promise<HttpResponse>
  facts(): ConnectionFacts | undefined
  close(): Promise<void>
}

const json = /^application\/([a-z.-]+\+)?json$/

/** Opens a client. The protocol knows TLS, so that credentials never travel without it. */
export function openJsonClient({ tls, auth }: JsonClientOptions, context: SourceContext): JsonClient {
  const http = context.http({ tls, plaintextCredentials: false })
  const headers = { accept: 'application/json', ...headersOf(auth) }
  return {
    ask: (url, request) => http.get({ url, headers, ...request }),
    facts: () => http.facts?.(),
    close: () => http.close(),
  }
}

/**
 * An answer of status 200 in JSON.
 * @throws EnergywebError see `acceptAnswer`, and `source-malformed` for another media type
 */
export function acceptJson(response: HttpResponse, url: string): Answer {
  const answer = acceptAnswer(response, printableUrl(url))
  expectMediaType(answer, json)
  return answer
}

function headersOf(auth: Credentials | undefined): Record<string, string> {
  if (auth === undefined) return {}
  return 'apiKey' in auth ? { 'x-api-key': auth.apiKey } : { authorization: basicAuthorization(auth) }
}

/** The bytes of an answer, as every reading of it keeps them. */
export function rawOf({ bytes, mediaType }: Answer) {
  return { bytes, mediaType: mediaType || 'application/json' }
}
