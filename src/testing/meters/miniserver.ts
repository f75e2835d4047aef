import { generateKeyPairSync } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { WebSocket, WebSocketServer } from 'ws'
import type { Clock } from '../../core/clock.ts'
import type { Energy } from '../../core/energy.ts'
import type { Channel } from '../../core/reading.ts'
import type { Instant } from '../../core/time.ts'
import type { MeterServer, MeterServerOptions } from './meter-server.ts'
import { answerHttp, structure } from './miniserver-answers.ts'
import { MiniserverConversation } from './miniserver-conversation.ts'
import { payloadHeader, valueTable } from './miniserver-frames.ts'
import { MiniserverSession, type MiniserverUsers } from './miniserver-session.ts'
import { meterStates } from './miniserver-states.ts'

export interface MiniserverOptions extends Pick<MeterServerOptions, 'port' | 'tls'> {
  readonly clock: Clock
  /** What a meter of the golden structure shows: `PV meter`, `Netz`, two of the name `Zähler`, `Wasser`. */
  energyAt(meter: string, channel: Channel, instant: Instant): Energy
  readonly user: string
  readonly password: string
  /** Default `12.1.2.3`; from 10.1.12.5 on tokens are JWTs, from 10.4 on hashes are SHA-256. */
  readonly version?: string
  /** Seconds that a token lives. Default an hour. */
  readonly tokenLife?: number
  /** Wrong passwords after which it blocks. Default 3. */
  readonly patience?: number
}

/** A Miniserver on 127.0.0.1, and what can be done to it. */
export interface FakeMiniserver extends MeterServer {
  readonly logIns: { password: number; token: number; renewed: number; killed: number; wrong: number }
  /** Connections that were opened. */
  readonly connections: number
  /** Tells everybody who asked for it what the meters show now. */
  push(): void
  /** Sends bytes as they are to everybody. */
  blurt(bytes: Uint8Array): void
  /** Cuts every connection; with a word, goes out of service. */
  cut(options?: { readonly outOfService: boolean }): void
  /** Hears, and answers nothing. */
  silent: boolean
  /** Answers a command of a connection, decrypted, with this code instead of doing it; `garbled`: with what nobody can decrypt. */
  refuse: ((command: string) => number | 'garbled' | undefined) | undefined
  /** Forgets every token. */
  forget(): void
}

const jwtFrom = [10, 1, 12, 5]
const sha256From = [10, 4, 0, 0]

/** Starts a Miniserver with the structure of the golden files. It speaks HTTP and its WebSocket, logs in and encrypts as a real one. */
export async function startMiniserver(options: MiniserverOptions): Promise<FakeMiniserver> {
  const { WebSocketServer } = await import('ws')
  const { clock, user, password, version = '12.1.2.3', tokenLife = 3_600, patience = 3 } = options
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const face = { ...options, version, publicKey: spki.toString('base64') }
  const logIns = { password: 0, token: 0, renewed: 0, killed: 0, wrong: 0 }
  const tokens = new Map<string, number>()
  const users: MiniserverUsers = {
    clock,
    user,
    password,
    algorithm: isFrom(version, sha256From) ? 'SHA256' : 'SHA1',
    jwt: isFrom(version, jwtFrom),
    tokenLife,
    privateKey,
    tokens,
    wrong: () => logIns.wrong++,
    noted: deed => logIns[deed]++,
  }
  const counts = { requests: 0, connections: 0 }
  const listeners = new Set<WebSocket>()
  let silent = false
  let refuse: FakeMiniserver['refuse']

  const request = (incoming: IncomingMessage, response: ServerResponse) => {
    counts.requests++
    if (silent) return
    const path = decodeURI(incoming.url ?? '/').split('?')[0] ?? '/'
    const { status, body } = answerHttp(face, { path, authorization: incoming.headers.authorization })
    response.writeHead(status, { 'content-type': 'application/json' }).end(body)
  }
  const tell = (connection: WebSocket) => {
    const table = valueTable(meterStates(structure, options, clock.now()))
    connection.send(payloadHeader('values', table.length))
    connection.send(table)
  }

  const server = options.tls === undefined ? createServer(request) : createTlsServer(options.tls, request)
  const web: WebSocketServer = new WebSocketServer({
    noServer: true,
    handleProtocols: offered => (offered.has('remotecontrol') ? 'remotecontrol' : false),
  })
  server.on('upgrade', (incoming, socket, head) => {
    if (!incoming.url?.startsWith('/ws/rfc6455')) return socket.destroy()
    return web.handleUpgrade(incoming, socket, head, connection => {
      counts.connections++
      if (logIns.wrong >= patience) return connection.close(4003, 'blocked (300)')
      const conversation = new MiniserverConversation(connection, {
        session: new MiniserverSession(users),
        refusal: command => refuse?.(command),
        listens() {
          listeners.add(connection)
          setImmediate(() => tell(connection))
        },
      })
      connection.on('message', data => silent || conversation.hear(String(data)))
      connection.on('close', () => listeners.delete(connection))
    })
  })
  await new Promise<void>(resolve => server.listen(options.port ?? 0, '127.0.0.1', resolve))

  const { port } = server.address() as AddressInfo
  return {
    url: `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    get requests() {
      return counts.requests
    },
    get connections() {
      return counts.connections
    },
    logIns,
    push() {
      for (const connection of listeners) tell(connection)
    },
    blurt(bytes) {
      for (const connection of web.clients) connection.send(bytes)
    },
    cut({ outOfService } = { outOfService: false }) {
      for (const connection of web.clients) {
        if (outOfService) connection.send(payloadHeader('outOfService', 0))
        else connection.terminate()
      }
    },
    get silent() {
      return silent
    },
    set silent(is) {
      silent = is
    },
    get refuse() {
      return refuse
    },
    set refuse(how) {
      refuse = how
    },
    forget: () => tokens.clear(),
    close: () =>
      new Promise(resolve => {
        for (const connection of web.clients) connection.terminate()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function isFrom(version: string, from: readonly number[]): boolean {
  const parts = version.split('.').map(Number)
  const index = from.findIndex((part, i) => (parts[i] ?? 0) !== part)
  return index < 0 || (parts[index] ?? 0) > (from[index] ?? 0)
}
