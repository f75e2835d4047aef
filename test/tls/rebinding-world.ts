/**
 * Names that change where they lead, asked of the system's own resolver and connected to over real sockets. Runs in a network
 * namespace of its own, where this machine has public addresses, too; see rebinding.ts. Prints one row a line.
 */
import { readFileSync } from 'node:fs'
import { createServer as createPlain, type Server as PlainServer } from 'node:http'
import { createServer, type Server } from 'node:https'
import {
  type ConnectionPolicy,
  openFetch,
  openHttpClient,
  webSocketOpener,
} from '../../src/connections/index.ts'
import { isEnergywebError } from '../../src/core/errors.ts'
import { startNameServer, type Zone } from './name-server.ts'

const [certificate = '', key = ''] = process.argv.slice(2)
const outside = '9.9.9.9'
const cloud: ConnectionPolicy = { tls: 'required', reach: 'public' }
const here: ConnectionPolicy = { tls: 'required', plainLoopback: true }
const lan: ConnectionPolicy = { tls: { allow: 'lan-http', reason: 'test' } }

interface Wish {
  readonly fault: string
  /** What the name server says, lookup by lookup. */
  readonly says: readonly (readonly string[])[]
  readonly policy?: ConnectionPolicy
  readonly scheme?: 'http' | 'https'
  /** Of the last of the requests; those before must be let in. */
  readonly expected: string
  readonly name?: string
}

const wishes: readonly Wish[] = [
  { fault: 'public', says: [[outside]], expected: 'let in' },
  { fault: 'public, IPv6', says: [['2600::9']], expected: 'let in' },
  {
    fault: 'public first, private when it is connected to',
    says: [[outside], ['127.0.0.1']],
    expected: 'private-address',
  },
  { fault: 'public first, IPv6 loopback later', says: [[outside], ['::1']], expected: 'private-address' },
  {
    fault: 'public and private at once',
    says: [[outside], [outside, '127.0.0.1']],
    expected: 'private-address',
  },
  {
    fault: 'a public address, and a private one of IPv6',
    says: [[outside], [outside, 'fd00::1']],
    expected: 'private-address',
  },
  {
    fault: 'a public address that is down, and a private one',
    says: [[outside], ['9.9.9.10', '127.0.0.1']],
    expected: 'private-address',
  },
  { fault: 'IPv4 inside IPv6', says: [[outside], ['::ffff:127.0.0.1']], expected: 'private-address' },
  { fault: 'IPv4 translated', says: [[outside], ['::ffff:0:7f00:1']], expected: 'private-address' },
  {
    fault: 'NAT64 of a private address',
    says: [[outside], ['64:ff9b::7f00:1']],
    expected: 'private-address',
  },
  { fault: 'link-local', says: [[outside], ['169.254.169.254']], expected: 'private-address' },
  { fault: 'unspecified', says: [[outside], ['0.0.0.0']], expected: 'private-address' },
  {
    fault: 'a dot at the end',
    says: [[outside], ['127.0.0.1']],
    name: 'dotted.meter.example.',
    expected: 'private-address',
  },
  {
    fault: 'a name in another script',
    says: [[outside], ['127.0.0.1']],
    name: 'zähler.meter.example',
    expected: 'private-address',
  },
  {
    fault: 'lan-http: private first, public later',
    says: [['127.0.0.1'], [outside]],
    policy: lan,
    scheme: 'http',
    expected: 'public-address',
  },
  {
    fault: 'this machine first, another later',
    says: [['127.0.0.1'], ['10.0.0.1']],
    policy: here,
    scheme: 'http',
    expected: 'plain-http',
  },
  {
    fault: 'this machine first, public later',
    says: [['127.0.0.1'], [outside]],
    policy: here,
    scheme: 'http',
    expected: 'plain-http',
  },
]

/** Requests that came to each server. */
const reached = new Map<string, number>()

function serve(host: string, server: Server | PlainServer, port: number): Promise<void> {
  const count = () => reached.set(host, (reached.get(host) ?? 0) + 1)
  // Ends the connection behind each answer, so that the next request looks the name up again.
  server.on('request', (_, response) => {
    count()
    response.writeHead(200, { connection: 'close' }).end('ok')
  })
  server.on('upgrade', (_, socket) => {
    count()
    socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
  })
  return new Promise(done => server.listen(port, host, done))
}

type Ask = (url: string, policy: ConnectionPolicy) => { ask(): Promise<unknown>; close(): Promise<unknown> }
const signal = () => AbortSignal.timeout(5_000)

const kinds: Readonly<Record<string, Ask>> = {
  http: (url, policy) => {
    const client = openHttpClient({ ...policy, plaintextCredentials: false })
    return { ask: () => client.get({ url, signal: signal() }), close: () => client.close() }
  },
  fetch: (url, policy) => {
    const ask = openFetch({ policy })
    return {
      ask: async () => (await ask(url, { method: 'GET', signal: signal() })).text(),
      close: async () => undefined,
    }
  },
  websocket: (url, policy) => ({
    ask: () =>
      new Promise<void>((resolve, reject) => {
        webSocketOpener({ policy, onRefused: reject }).then(open => {
          const socket = open(url.replace(/^http/, 'ws'))
          // The server grants none: that it answered is enough.
          socket.addEventListener('error', () => setTimeout(resolve, 100))
        }, reject)
      }),
    close: async () => undefined,
  }),
}

async function main(): Promise<void> {
  const files = { cert: readFileSync(certificate), key: readFileSync(key) }
  const hosts = [outside, '127.0.0.1', '::1', '10.0.0.1', 'fd00::1', '2600::9']
  await Promise.all(
    hosts.flatMap(host => [serve(host, createServer(files), 443), serve(host, createPlain(), 80)]),
  )
  const nameOf = (index: number, kind: string) =>
    wishes[index]?.name?.replace('.', `-${kind}.`) ?? `n${index}-${kind}.meter.example`
  const zone: Zone = Object.fromEntries(
    wishes.flatMap(({ says }, i) =>
      Object.keys(kinds).map(kind => [
        new URL(`https://${nameOf(i, kind)}`).hostname.replace(/\.$/, ''),
        says,
      ]),
    ),
  )
  const names = await startNameServer(zone)
  for (const [kind, open] of Object.entries(kinds)) {
    for (const [i, { fault, says, policy = cloud, scheme = 'https', expected }] of wishes.entries()) {
      const { ask, close } = open(`${scheme}://${nameOf(i, kind)}/`, policy)
      const found: Outcome[] = []
      let before = new Map(reached)
      for (const _ of says) {
        before = new Map(reached)
        found.push(await ask().then(() => letIn, outcomeOf))
      }
      const { found: last, hint } = found.pop() ?? letIn
      const wasReached = hosts.some(host => reached.get(host) !== before.get(host))
      const wrong = found.filter(one => one !== letIn).map(one => `first ${one.found}; `)
      console.log(
        JSON.stringify({ fault, kind, expected, found: `${wrong.join('')}${last}`, hint, wasReached }),
      )
      await close()
    }
  }
  names.close()
  process.exit(0)
}

interface Outcome {
  readonly found: string
  readonly hint: string | undefined
}

const letIn: Outcome = { found: 'let in', hint: undefined }

function outcomeOf(error: unknown): Outcome {
  const { reason, hint } = isEnergywebError(error) ? error : {}
  return { found: reason ?? String(error), hint }
}

await main()
