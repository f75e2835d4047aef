import { checkUrl, connectorOptions } from '../../connections/http-connector.ts'
import type { TlsPolicy } from '../../core/source.ts'

export interface WebSocketOptions {
  readonly tls: TlsPolicy
  readonly protocol: string
  /** Milliseconds for TCP and TLS. */
  readonly timeout: number
  /** Bytes of the longest message that is taken. */
  readonly longest: number
}

/** Opens a WebSocket under a TLS policy. @throws EnergywebError `tls-refused` */
export async function openWebSocket(url: URL, options: WebSocketOptions): Promise<WebSocket> {
  const { tls, timeout, protocol, longest } = options
  checkUrl(url, tls)
  const [{ Agent, WebSocket }, connect] = await Promise.all([
    import('undici'),
    connectorOptions(tls, { timeout }),
  ])
  const dispatcher = new Agent({ connect, webSocket: { maxPayloadSize: longest } })
  const address = new URL(url)
  address.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return new WebSocket(address, { protocols: [protocol], dispatcher })
}
