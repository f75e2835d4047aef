import type { TlsPolicy } from '../../core/source.ts'
import type { Severity } from '../log-level.ts'

/** What every destination has. */
interface Common {
  /** Unique; its place in the spool is kept under it. */
  readonly name: string
  /** The least that is sent. */
  readonly level: Severity
  /** What every message says of where it comes from, like `{ site: 'roof' }`. */
  readonly labels: Readonly<Record<string, string>>
  readonly tls: TlsPolicy
  /** Why it can't be opened, like a secret that is missing; then its messages wait. */
  readonly trouble?: string | undefined
}

interface OverHttp extends Common {
  /** Without a slash at its end. */
  readonly url: string
  /** Secrets among them. */
  readonly headers: Readonly<Record<string, string>>
}

/** OTLP/HTTP, protobuf. */
export interface OtlpDestination extends OverHttp {
  readonly kind: 'otlp'
  readonly compression: 'gzip' | 'none'
}

/** RFC 5424 over TLS (RFC 5425). */
export interface SyslogDestination extends Common {
  readonly kind: 'syslog'
  readonly host: string
  readonly port: number
  /** 0 to 23; see facilities.ts. */
  readonly facility: number
}

export interface LokiDestination extends OverHttp {
  readonly kind: 'loki'
  /** Fields go as structured metadata; false: into the line, for Loki before 3.0. */
  readonly metadata: boolean
}

export interface ElasticsearchDestination extends OverHttp {
  readonly kind: 'elasticsearch'
  /** An index or a data stream. */
  readonly index: string
}

/** A place outside of the box to which messages are sent; plain data, so that it can cross to the thread that sends. */
export type Destination = OtlpDestination | SyslogDestination | LokiDestination | ElasticsearchDestination

/** Who sends; stands in every message. */
export interface Sender {
  readonly host: string
  readonly version: string
  readonly pid: number
}
