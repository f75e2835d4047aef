import type { Lookup } from './address-admission.ts'
import type { ConnectionPolicy } from './connection-policy.ts'
import { httpConnector } from './http-connector.ts'

export interface WebSocketOptions {
  readonly policy: ConnectionPolicy
  /** Milliseconds for name, TCP and TLS together; default 10 s. */
  readonly timeout?: number
  readonly lookup?: Lookup
  /** Bytes of the longest message that is taken; default 128 MiB. */
  readonly longest?: number
  /** Told why a connection was refused: a WebSocket itself only says that it failed. */
  readonly onRefused?: (error: Error) => void
}

/**
 * What opens WebSockets under a policy; the library is loaded once, so that each one opens at once. Plain `ws` is judged like plain
 * HTTP.
 */
export async function webSocketOpener(
  options: WebSocketOptions,
): Promise<(url: string, protocols?: readonly string[]) => WebSocket> {
  const { policy, timeout = 10_000, lookup, longest, onRefused } = options
  const { Agent, WebSocket } = await import('undici')
  const connect = httpConnector({ policy, timeout, lookup })
  const dispatcher = new Agent({
    ...(longest !== undefined && { webSocket: { maxPayloadSize: longest } }),
    connect: (target, callback) =>
      connect(target, (...result) => {
        if (result[0] !== null) onRefused?.(result[0])
        callback(...result)
      }),
  })
  return (url, protocols = []) => new WebSocket(url, { dispatcher, protocols: [...protocols] })
}
