import { openHttpClient, openTlsSocket, webSocketOpener } from '../../src/connections/index.ts'
import { systemClock } from '../../src/core/clock.ts'
import { silentLogger } from '../../src/core/logger.ts'
import type { TlsPolicy } from '../../src/core/tls-policy.ts'
import { askChainId } from '../../src/ledgers/evm/ask-chain-id.ts'
import { loadSource, sourceContext } from '../../src/sources/index.ts'

/** Where a connection is to lead: `scheme` without TLS is there to be refused. */
export interface Place {
  readonly host: string
  readonly port: number
  readonly isPlain?: boolean
}

/** Uses a connection of its kind until an answer is there; rejects with what refused it. */
export type Attempt = (place: Place, tls: TlsPolicy) => Promise<void>

const signal = () => AbortSignal.timeout(10_000)
const urlOf = ({ host, port, isPlain }: Place, scheme = 'http') =>
  `${scheme}${isPlain ? '' : 's'}://${host}:${port}`

/** Every kind of connection that a gateway has, as it opens them. */
export const connectionKinds: Readonly<Record<string, Attempt>> = {
  async source(place, tls) {
    const { open } = await loadSource('eumel-v2')
    const source = open({ url: urlOf(place), tls }, sourceContext({ clock: systemClock, log: silentLogger }))
    try {
      await source.read({ channel: 'export', signal: signal() })
    } finally {
      await source.close()
    }
  },
  async rpc(place, tls) {
    await askChainId('test', { url: urlOf(place), tls }, { signal: signal() })
  },
  async websocket(place, tls) {
    await new Promise<void>((resolve, reject) => {
      const policy = { tls, plainLoopback: true }
      webSocketOpener({ policy, onRefused: reject }).then(open => {
        const socket = open(urlOf(place, 'ws'))
        socket.addEventListener('open', () => {
          socket.close()
          resolve()
        })
        // Later than a refusal, which comes with its reason.
        socket.addEventListener('close', () => setTimeout(() => reject(new Error('closed')), 100))
      }, reject)
    })
  },
  async witness(place, tls) {
    const http = openHttpClient({ tls, plaintextCredentials: true })
    const body = { text: 'old 0', type: 'text/plain' }
    try {
      await http.post({ url: `${urlOf(place)}/add-checkpoint`, body, signal: signal() })
    } finally {
      await http.close()
    }
  },
  async socket({ host, port }, tls) {
    const { socket } = await openTlsSocket({ host, port, policy: { tls }, signal: signal() })
    const { httpError } = await import('../../src/connections/index.ts')
    await new Promise<void>((resolve, reject) => {
      socket.once('data', () => resolve())
      socket.once('error', error => reject(httpError(error, `${host}:${port}`)))
      socket.once('close', () => reject(new Error('closed')))
      socket.write('GET / HTTP/1.1\r\nhost: meter\r\nconnection: close\r\n\r\n')
    }).finally(() => socket.destroy())
  },
}
