import type { TLSSocket } from 'node:tls'
import { EnergywebError } from '../core/errors.ts'
import type { ConnectionFacts } from '../core/tls-policy.ts'
import type { Lookup } from './address-admission.ts'
import type { ConnectionPolicy } from './connection-policy.ts'
import { httpError } from './http-errors.ts'
import { openSocket } from './open-socket.ts'

export interface TlsSocketOptions {
  /** A name or an address. */
  readonly host: string
  readonly port: number
  readonly policy: ConnectionPolicy
  /** Milliseconds for name, TCP and TLS together; default 10 s. */
  readonly timeout?: number
  readonly lookup?: Lookup
  readonly signal?: AbortSignal
}

/** A TLS connection that is proven. */
export interface OpenTlsSocket {
  readonly socket: TLSSocket
  readonly facts: ConnectionFacts
}

/**
 * Opens TLS for a protocol that is not HTTP, like syslog. What goes wrong later comes as the socket's own `error`: `httpError`
 * names that too, as a server that refuses our certificate under TLS 1.3 says so only then.
 * @throws EnergywebError `tls-refused`, `source-unreachable`, `source-timeout`, `aborted`
 */
export async function openTlsSocket(options: TlsSocketOptions): Promise<OpenTlsSocket> {
  const { host, port, policy, timeout = 10_000, lookup, signal } = options
  try {
    const target = { hostname: host, port, secure: true }
    const { socket, facts } = await openSocket(target, {
      policy,
      timeout,
      lookup,
      ...(signal && { signal }),
    })
    if (isTlsSocket(socket)) return { socket, facts }
    throw new EnergywebError('internal', `${host}:${port}: a connection without TLS came back`)
  } catch (error) {
    if (signal?.aborted === true) {
      throw new EnergywebError('aborted', `${host}:${port}: the connection was taken back`, { cause: error })
    }
    throw httpError(error, `${host}:${port}`)
  }
}

function isTlsSocket(socket: object): socket is TLSSocket {
  return 'encrypted' in socket && socket.encrypted === true
}
