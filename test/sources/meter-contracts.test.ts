// Each driver against a mock of its service's contract that nobody here wrote (Prism): it refuses requests that break the
// contract, and answers with the contract's examples.
import { afterAll, describe, expect, test } from 'vitest'
import { openHttpClient } from '../../src/connections/index.ts'
import { millijoulesPer } from '../../src/core/energy.ts'
import { silentLogger } from '../../src/core/logger.ts'
import type { Channel, SourceReading } from '../../src/core/reading.ts'
import type { SourceContext } from '../../src/core/source.ts'
import { formatInstant } from '../../src/core/time.ts'
import { loadSource, sourceContext } from '../../src/sources/index.ts'
import { type Prism, startPrism } from '../support/prism.ts'

const prisms = new Map<string, Promise<Prism>>()
afterAll(async () => {
  for (const prism of prisms.values()) await (await prism).close()
})

/** Started when it is first needed: one a contract. */
function prismOf(contract: string): Promise<Prism> {
  const prism = prisms.get(contract) ?? startPrism(contract)
  prisms.set(contract, prism)
  return prism
}

const now = Date.UTC(2024, 4, 1, 10, 31, 0, 250)
const clock = { now: () => now, monotonic: () => performance.now(), after: () => () => undefined }
const tls = { allow: 'lan-http', reason: 'test on the loopback interface' }
const auth = { user: 'ops', password: 'correct-horse-battery' }

/** Prism has no TLS and picks an answer by a header. Every status is remembered. */
function context(prefer: string | undefined, statuses: number[]): SourceContext {
  return {
    ...sourceContext({ clock, log: silentLogger }),
    http({ tls: policy }) {
      const client = openHttpClient({ tls: policy, plaintextCredentials: true })
      return {
        ...client,
        async get(request) {
          const headers = { ...request.headers, ...(prefer !== undefined && { prefer }) }
          const response = await client.get({ ...request, headers })
          statuses.push(response.status)
          return response
        },
      }
    },
  }
}

interface Contract {
  readonly contract: string
  readonly kind: string
  /** What stands between the server's origin and the paths that the driver knows. */
  readonly base: string
  readonly options: Readonly<Record<string, unknown>>
  readonly channel?: Channel
  readonly prefer?: string
  /** Where a service has a second address. */
  readonly second?: string
}

async function read({ contract, kind, base, options, channel = 'export', prefer, second }: Contract) {
  const { origin } = await prismOf(contract)
  const statuses: number[] = []
  const { open } = await loadSource(kind)
  const elsewhere = second === undefined ? {} : { [second]: origin }
  const driver = open({ url: `${origin}${base}`, ...elsewhere, tls, ...options }, context(prefer, statuses))
  try {
    const result = await driver.read({ channel, signal: AbortSignal.timeout(20_000) })
    return { ...result, statuses }
  } finally {
    await driver.close()
  }
}

const told = (readings: readonly SourceReading[]) =>
  readings.map(({ kind, energy, measuredAt, from }) => [
    kind,
    Number(energy / millijoulesPer.Wh),
    ...(from === undefined ? [] : [formatInstant(from)]),
    formatInstant(measuredAt),
  ])

const version1 = {
  contract: 'energy-api-v1',
  kind: 'energy-api',
  base: '/v1',
  options: { version: 1, unit: 'MWh', accumulated: true, auth },
}
const version2 = {
  contract: 'energy-api-v2',
  kind: 'energy-api',
  base: '/v2',
  options: { version: 2, device: 7, auth },
}
const version3 = {
  contract: 'energy-api-v3',
  kind: 'energy-api',
  base: '/v3',
  options: { version: 3, asset: 7, auth },
}
const meterReads = { contract: 'meter-reads', kind: 'meter-reads', base: '', options: { meter: 'roof-1' } }
const gridx = {
  contract: 'gridx',
  kind: 'gridx',
  base: '',
  second: 'login',
  options: {
    auth: {
      user: 'owner@example.org',
      password: 'correct-horse-battery',
      clientId: 'app-1',
      realm: 'realm-1',
    },
  },
}

const counters: readonly (readonly [string, Contract, unknown])[] = [
  [
    'version 1',
    version1,
    [
      ['counter', 42_500, '2024-05-01T08:00:00.000Z'],
      ['counter', 43_100, '2024-05-01T08:15:00.000Z'],
    ],
  ],
  [
    'version 1, consumed',
    { ...version1, channel: 'import' },
    [
      ['counter', 42_500, '2024-05-01T08:00:00.000Z'],
      ['counter', 43_100, '2024-05-01T08:15:00.000Z'],
    ],
  ],
  [
    'version 2',
    { ...version2, prefer: 'example=counter' },
    [
      ['counter', 512_500, '2024-05-01T08:00:00.000Z'],
      ['counter', 530_250, '2024-05-01T10:00:00.000Z'],
    ],
  ],
  [
    'version 2, intervals',
    { ...version2, options: { ...version2.options, interval: '15m' }, prefer: 'example=interval' },
    [
      ['interval', 500, '2024-05-01T10:00:00.000Z', '2024-05-01T10:15:00.000Z'],
      ['interval', 450, '2024-05-01T10:15:00.000Z', '2024-05-01T10:30:00.000Z'],
    ],
  ],
  [
    'version 3',
    { ...version3, prefer: 'example=counter' },
    [
      ['counter', 90_210, '2024-05-01T08:00:00.000Z'],
      ['counter', 90_334, '2024-05-01T08:15:00.000Z'],
    ],
  ],
  [
    'version 3 by key, intervals',
    {
      ...version3,
      options: { ...version3.options, auth: { apiKey: 'k-1' }, interval: '15m' },
      prefer: 'example=interval',
    },
    [
      ['interval', 90_210, '2024-05-01T07:45:00.000Z', '2024-05-01T08:00:00.000Z'],
      ['interval', 90_334, '2024-05-01T08:00:00.000Z', '2024-05-01T08:15:00.000Z'],
    ],
  ],
  [
    'meter-reads',
    meterReads,
    [
      ['counter', 20_500, '2024-05-01T08:00:00.000Z'],
      ['counter', 22_000, '2024-05-01T09:00:00.000Z'],
    ],
  ],
  ['gridX', gridx, [['counter', 1_000_100, '2024-05-01T10:00:00.000Z']]],
  [
    'gridX, days',
    { ...gridx, options: { ...gridx.options, measure: 'production' } },
    [
      ['interval', 18_200, '2024-04-28T22:00:00.000Z', '2024-04-29T22:00:00.000Z'],
      ['interval', 21_400, '2024-04-29T22:00:00.000Z', '2024-04-30T22:00:00.000Z'],
    ],
  ],
]

describe('the contract of', () => {
  test.each(counters)(
    '%s takes our requests, and its examples are read as they are meant',
    async (_, contract, expected) => {
      const { readings, warnings, statuses } = await read(contract)
      expect(new Set(statuses)).toEqual(new Set([200]))
      expect(warnings).toEqual([])
      expect(told(readings)).toEqual(expected)
    },
  )

  test.each([
    ['version 1: 401', { ...version1, prefer: 'code=401' }, 'source-unauthorized'],
    ['version 1: 400 to everything', { ...version1, prefer: 'code=400' }, 'source-failed'],
    ['version 1: 501', { ...version1, prefer: 'code=501' }, 'source-not-found'],
    [
      'version 1 without a password',
      { ...version1, options: { ...version1.options, auth: undefined } },
      'source-unauthorized',
    ],
    ['version 2: 401', { ...version2, prefer: 'code=401' }, 'source-unauthorized'],
    ['version 2: 400 to everything', { ...version2, prefer: 'code=400' }, 'source-failed'],
    ['version 2: 501', { ...version2, prefer: 'code=501' }, 'source-not-found'],
    ['version 2: pages in a circle', { ...version2, prefer: 'example=circle' }, 'source-malformed'],
    ['version 3: 404', { ...version3, prefer: 'code=404' }, 'source-not-found'],
    [
      'version 3 without a password',
      { ...version3, options: { ...version3.options, auth: undefined } },
      'source-unauthorized',
    ],
    ['meter-reads: 400', { ...meterReads, prefer: 'code=400' }, 'source-failed'],
    ['gridX: 403', { ...gridx, prefer: 'code=403' }, 'source-unauthorized'],
    [
      'gridX: 404',
      { ...gridx, options: { ...gridx.options, system: 'none' }, prefer: 'code=404' },
      'source-not-found',
    ],
    ['meter-reads: 404', { ...meterReads, prefer: 'code=404' }, 'source-not-found'],
  ] as const)('%s is told as what it is', async (_, contract, code) => {
    await expect(read(contract)).rejects.toMatchObject({ code, hint: expect.any(String) })
  })

  test('each is a contract that refuses: what a driver of another version asks is turned away', async () => {
    for (const [contract, path] of [
      ['energy-api-v1', '/v1/produced?start=2024-05-01T08:00:00&end=2024-05-01T09:00:00Z'],
      ['energy-api-v1', '/v1/produced?start=2024-05-01T08:00:00Z&end=2024-05-01T09:00:00Z&limit=11'],
      ['energy-api-v2', '/v2/produced/roof?start=2024-05-01T08:00:00Z&end=2024-05-01T09:00:00Z'],
      ['energy-api-v3', '/v3/asset/7/energy?start=2024-05-01T08:00:00Z&end=2024-05-01T09:00:00Z'],
      ['meter-reads', '/meter-reads/roof-1?start=yesterday&end=2024-05-01T09:00:00Z'],
    ] as const) {
      const { origin } = await prismOf(contract)
      const headers = { authorization: 'Basic eDp5' }
      const { status } = await fetch(`${origin}${path}`, { headers })
      expect([path, status >= 400 && status < 500]).toEqual([path, true])
    }
  })
})
