import type { buildConnector } from 'undici'
import { toEnergywebError } from '../core/errors.ts'
import type { ConnectionFacts } from '../core/tls-policy.ts'
import type { Lookup } from './address-admission.ts'
import type { ConnectionPolicy } from './connection-policy.ts'
import { openSocket } from './open-socket.ts'

export interface ConnectorOptions {
  readonly policy: ConnectionPolicy
  /** Milliseconds for name, TCP and TLS together. */
  readonly timeout: number
  readonly lookup?: Lookup | undefined
  /** Told of each connection that was let in. */
  readonly onOpen?: ((facts: ConnectionFacts) => void) | undefined
}

/** What undici connects with under a policy: every connection it makes comes through here, also after a redirect. */
export function httpConnector({ onOpen, ...options }: ConnectorOptions): buildConnector.connector {
  return ({ hostname, protocol, port }, callback) => {
    const secure = protocol === 'https:' || protocol === 'wss:'
    const target = {
      hostname,
      port: Number(port || (secure ? 443 : 80)),
      secure,
      protocols: ['http/1.1'],
    }
    openSocket(target, options).then(
      ({ socket, facts }) => {
        onOpen?.(facts)
        callback(null, socket)
      },
      (error: unknown) => callback(error instanceof Error ? error : toEnergywebError(error), null),
    )
  }
}
