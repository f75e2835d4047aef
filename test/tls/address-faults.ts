import { openFetch, openHttpClient } from '../../src/connections/index.ts'
import { systemClock } from '../../src/core/clock.ts'
import { silentLogger } from '../../src/core/logger.ts'
import type { TlsPolicy, TlsRefusal } from '../../src/core/tls-policy.ts'
import { loadCarbonSource, sourceContext } from '../../src/sources/index.ts'
import type { Certificates } from './certificates.ts'
import { connectionKinds } from './connection-kinds.ts'

/** An address that leads where it must not, and what must come of it. */
export interface AddressFault {
  readonly name: string
  readonly kind: string
  readonly expected: TlsRefusal | 'let in'
  readonly attempt: () => Promise<void>
}

/** Ways to write or reach an address beside us that a check of names alone lets through. */
const disguises = [
  '127.0.0.1',
  'localhost',
  '2130706433',
  '0x7f000001',
  '0177.0.0.1',
  '127.1',
  '127.0.0.1.',
  'LOCALHOST',
  'ⓛocalhost',
  'loc\u00adalhost',
  '127。0。0。1',
  '１２７.0.0.1',
  '127.0.0.1%2e',
  '017700000001',
  '00000177.0.0.1',
  '0x7f.1',
  '0',
  '4294967295',
  '0.0.0.0',
  '10.0.0.1',
  '169.254.169.254',
  '100.64.0.1',
  '192.0.2.1',
  '224.0.0.1',
  '[::1]',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[::127.0.0.1]',
  '[fe80::1]',
  '[fd00::1]',
  '[64:ff9b::7f00:1]',
  '[64:ff9b:1::1]',
  '[64:ff9b::192.168.1.1]',
  '[64:ff9b::ffff:7f00:1]',
  '[::ffff:0:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[0:0:0:0:0:ffff:a00:1]',
  '[2001:0:7f00:1::]',
  '[4000::1]',
  '[2002:7f00:1::1]',
  '[ff02::1]',
]

/** Addresses before cloud sources, plain HTTP before what wants TLS, and names that change their mind. */
export function addressFaults(
  made: Certificates,
  ports: { good: number; plain: number },
): readonly AddressFault[] {
  const ca = made.authority.certificate
  const lan: TlsPolicy = { allow: 'lan-http', reason: 'test' }
  const plain = { host: '127.0.0.1', port: ports.plain, isPlain: true }
  const kind = (name: string) => connectionKinds[name] ?? (async () => undefined)
  return [
    ...disguises.map(
      (host): AddressFault => ({
        name: `cloud at ${host}`,
        kind: 'carbon source',
        expected: 'private-address',
        attempt: () => readCarbon(`https://${host}:${ports.good}`),
      }),
    ),
    {
      name: 'a name with a public and a private address',
      kind: 'cloud',
      expected: 'private-address',
      attempt: () =>
        getFrom(ports.good, { tls: 'required', reach: 'public', answers: [['9.9.9.9', '127.0.0.1']] }),
    },
    {
      name: 'a name that is private now and public when asked again',
      kind: 'cloud',
      expected: 'private-address',
      attempt: () =>
        getFrom(ports.good, { tls: 'required', reach: 'public', answers: [['127.0.0.1'], ['9.9.9.9']] }),
    },
    {
      name: 'a mirror beside us with its own authority',
      kind: 'cloud',
      expected: 'let in',
      attempt: () =>
        getFrom(ports.good, { tls: { ca }, reach: 'public', answers: [['127.0.0.1']], host: 'localhost' }),
    },
    ...['source', 'witness'].flatMap((name): AddressFault[] => [
      {
        name: 'plain http',
        kind: name,
        expected: 'plain-http',
        attempt: () => kind(name)(plain, 'required'),
      },
      {
        name: 'plain http, pin',
        kind: name,
        expected: 'plain-http',
        attempt: () => kind(name)(plain, { ca }),
      },
      {
        name: 'plain http under lan-http',
        kind: name,
        expected: 'let in',
        attempt: () => kind(name)(plain, lan),
      },
      {
        name: 'lan-http to a public address',
        kind: name,
        expected: 'public-address',
        attempt: () => kind(name)({ host: '9.9.9.9', port: 80, isPlain: true }, lan),
      },
    ]),
    ...['rpc', 'websocket'].flatMap((name): AddressFault[] => [
      {
        name: 'plain http to this machine',
        kind: name,
        expected: 'let in',
        attempt: () => kind(name)(plain, 'required'),
      },
      {
        name: 'plain http to another machine',
        kind: name,
        expected: 'plain-http',
        attempt: () => kind(name)({ host: '192.168.1.9', port: 80, isPlain: true }, 'required'),
      },
      {
        name: 'lan-http to a public address',
        kind: name,
        expected: 'public-address',
        attempt: () => kind(name)({ host: '9.9.9.9', port: 80, isPlain: true }, lan),
      },
    ]),
    {
      name: 'a name for this machine that is another one',
      kind: 'rpc',
      expected: 'plain-http',
      attempt: async () => {
        const policy = { tls: 'required', plainLoopback: true } as const
        const ask = openFetch({
          policy,
          lookup: (_, __, done) => done(null, [{ address: '192.168.1.9', family: 4 }]),
        })
        await ask('http://localhost:80/', { method: 'HEAD' })
      },
    },
  ]
}

async function readCarbon(url: string): Promise<void> {
  const { open } = await loadCarbonSource('uk-carbon-intensity')
  const source = open({ url }, sourceContext({ clock: systemClock, log: silentLogger }))
  const now = Date.now()
  try {
    await source.read({ from: now - 3_600_000, to: now, signal: AbortSignal.timeout(5_000) })
  } finally {
    await source.close()
  }
}

interface NamedGet {
  readonly tls: TlsPolicy
  readonly reach: 'public'
  /** What the name server says each time it is asked; the last for ever. */
  readonly answers: readonly (readonly string[])[]
  readonly host?: string
}

async function getFrom(
  port: number,
  { tls, reach, answers, host = 'meter.example' }: NamedGet,
): Promise<void> {
  let asked = 0
  const http = openHttpClient({
    tls,
    reach,
    plaintextCredentials: false,
    lookup: (_, __, done) => {
      const said = answers[Math.min(asked++, answers.length - 1)] ?? []
      done(
        null,
        said.map(address => ({ address, family: 4 })),
      )
    },
  })
  try {
    await http.get({ url: `https://${host}:${port}/`, signal: AbortSignal.timeout(5_000) })
  } finally {
    await http.close()
  }
}
