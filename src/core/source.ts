import type { CanonicalValue } from './canonical-json.ts'
import type { Clock } from './clock.ts'
import type { Logger } from './logger.ts'
import type { Channel, SourceReading } from './reading.ts'
import type { Instant } from './time.ts'
import type { ConnectionFacts, TlsPolicy } from './tls-policy.ts'

export type { LanHttp, TlsPolicy, TlsProof } from './tls-policy.ts'

export interface HttpRequest {
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** Default 1 MiB. A longer body is refused without reading on. */
  readonly maxBytes?: number
  /** Default GET; with a body POST. */
  readonly method?: 'DELETE'
  readonly signal: AbortSignal
}

/** What a request carries: fields of a form, JSON, a text, or bytes, compressed or not. It may hold credentials, so it never travels over plain HTTP unasked. */
export type HttpBody =
  | { readonly form: Readonly<Record<string, string>> }
  | { readonly json: CanonicalValue }
  | { readonly text: string; readonly type: string }
  | { readonly bytes: Uint8Array; readonly type: string; readonly encoding?: 'gzip' }

export interface HttpPostRequest extends HttpRequest {
  readonly body: HttpBody
}

export interface HttpResponse {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** HTTP under one TLS policy: bounded in time and size, redirects refused. */
export interface HttpClient {
  /**
   * @throws EnergywebError `source-unreachable`, `source-timeout`, `source-too-large`, `source-malformed` (not HTTP, or
   * compressed), `source-failed` (a redirect), `tls-refused`, `aborted`
   */
  get(request: HttpRequest): Promise<HttpResponse>
  /** Sends a body, under the same bounds. @throws EnergywebError as `get` does */
  post(request: HttpPostRequest): Promise<HttpResponse>
  /** How the newest connection was proven; undefined before the first. */
  facts?(): ConnectionFacts | undefined
  close(): Promise<void>
}

/** What a driver says of its connections. */
export interface HttpOptions {
  readonly tls: TlsPolicy
  /** True only where the driver's protocol has no TLS; else credentials never travel over plain HTTP. */
  readonly plaintextCredentials: boolean
  /**
   * `public` for a service with a fixed public address: a name or a literal that leads into a private network is refused,
   * unless `tls` names an own authority, a pin or lan-http, as for a mirror of one's own. Default `any`.
   */
  readonly reach?: 'any' | 'public'
}

/** What a driver gets from outside. */
export interface SourceContext {
  readonly clock: Clock
  readonly log: Logger
  readonly random: () => number
  /** Opens a client under the policy. */
  http(options: HttpOptions): HttpClient
}

export interface ReadRequest {
  readonly channel: Channel
  /** The newest instant that the log has for this channel; interval sources deliver what ends after it. */
  readonly since?: Instant
  readonly signal: AbortSignal
}

/** What one poll brought. */
export interface SourceResult {
  /** In order of time; never invented; empty when the source has nothing new. */
  readonly readings: readonly SourceReading[]
  /** Irregularities that were survived, in words. */
  readonly warnings: readonly string[]
}

/** A meter, a gateway or a cloud service that can be read. */
export interface Source {
  /** Like `eumel-v2`; stands in every document's provenance. */
  readonly kind: string
  /** Exceptions from the TLS rule, for the provenance; empty when there are none. */
  readonly exceptions: readonly string[]
  /** How its newest connections were proven, for the provenance of what they brought. */
  provenBy?(): readonly string[]
  /** @throws EnergywebError with a `source-…` code, `tls-refused` or `aborted`; never anything else. */
  read(request: ReadRequest): Promise<SourceResult>
  close(): Promise<void>
}
