// Each driver against a mock of its service's contract that nobody here wrote (Prism): it refuses requests that break the
// contract, and answers with the contract's examples.
import { afterAll, describe, expect, test } from 'vitest'
import { openHttpClient } from '../../src/connections/index.ts'
import type { CarbonIntensity, CarbonSource } from '../../src/core/carbon.ts'
import { silentLogger } from '../../src/core/logger.ts'
import type { SourceContext } from '../../src/core/source.ts'
import { formatInstant, parseInstant } from '../../src/core/time.ts'
import { loadCarbonSource, sourceContext } from '../../src/sources/index.ts'
import { type Prism, startPrism } from '../support/prism.ts'

const prisms = new Map<string, Promise<Prism>>()
afterAll(async () => {
  for (const prism of prisms.values()) await (await prism).close()
})

/** Started when it is first needed: one a contract. */
function prismOf(kind: string): Promise<Prism> {
  const prism = prisms.get(kind) ?? startPrism(kind)
  prisms.set(kind, prism)
  return prism
}

const auth = { user: 'ops', password: 'correct-horse-battery' }
const tls = { allow: 'lan-http', reason: 'test on the loopback interface' }

/** Prism has no TLS and picks an error by a header. Every answer is remembered. */
function context(now: string, prefer?: string): SourceContext & { readonly statuses: number[] } {
  const statuses: number[] = []
  const clock = {
    now: () => parseInstant(now),
    monotonic: () => performance.now(),
    after: () => () => undefined,
  }
  const http: SourceContext['http'] = ({ tls: policy }) => {
    const client = openHttpClient({ tls: policy, plaintextCredentials: true })
    const isData = (url: string) => !/login|obtain-token/.test(url)
    const told = <
      Request extends { readonly url: string; readonly headers?: Readonly<Record<string, string>> },
    >(
      request: Request,
    ) => ({ ...request, headers: { ...request.headers, ...(prefer && isData(request.url) && { prefer }) } })
    const noted = async <Response extends { readonly status: number }>(answer: Promise<Response>) => {
      const response = await answer
      statuses.push(response.status)
      return response
    }
    return {
      get: request => noted(client.get(told(request))),
      post: request => noted(client.post(told(request))),
      close: () => client.close(),
    }
  }
  return { ...sourceContext({ clock, log: silentLogger }), http, statuses }
}

interface Scene {
  readonly options: object
  readonly now: string
  readonly from: string
  readonly to: string
  readonly prefer?: string
}

async function read(kind: string, prism: Prism, { options, now, from, to, prefer }: Scene) {
  const { open } = await loadCarbonSource(kind)
  const outside = context(now, prefer)
  const source: CarbonSource = open({ url: prism.origin, tls, ...options }, outside)
  try {
    const range = { from: parseInstant(from), to: parseInstant(to) }
    const { intensities, warnings } = await source.read({ ...range, signal: AbortSignal.timeout(20_000) })
    expect(warnings).toEqual([])
    return { lines: intensities.map(line), statuses: outside.statuses }
  } finally {
    await source.close()
  }
}

/** `08:00 872.5 lb/MWh marginal estimated`, so that a person can compare it with the contract's example. */
function line({ from, factor, basis, scope, estimated }: CarbonIntensity): string {
  const milligrams = Number(factor / 10n ** 12n) / 1_000
  return [formatInstant(from).slice(11, 16), milligrams, basis, scope, estimated && 'estimated']
    .filter(Boolean)
    .join(' ')
}

const may = { now: '2024-05-01T08:11:00Z', from: '2024-05-01T08:02:00Z', to: '2024-05-01T08:10:00Z' }

test.each([
  [
    'watttime-v3',
    { region: 'CAISO_NORTH', auth },
    may,
    ['08:00 395759.342 marginal', '08:05 394738.759 marginal estimated'],
    2,
  ],
  [
    'watttime-v2',
    { region: 'CAISO_NORTH', auth },
    may,
    ['08:00 395759.342 marginal', '08:05 394738.759 marginal'],
    2,
  ],
  ['watttime-v2', { region: 'CAISO_NORTH', call: 'index', auth }, may, ['08:05 352554.669 marginal'], 2],
  [
    'watttime-v2',
    { region: 'CAISO_NORTH', call: 'insight', auth },
    may,
    ['07:11 412995.852 marginal estimated'],
    2,
  ],
  [
    'watttime-v1',
    { region: 'BPA', auth },
    { now: '2018-02-03T06:00:00Z', from: '2018-02-03T04:30:00Z', to: '2018-02-03T05:30:00Z' },
    ['04:00 412995.852 marginal'],
    2,
  ],
  ['uk-carbon-intensity', {}, may, ['08:00 141000 average direct estimated'], 1],
  ['uk-carbon-intensity', { region: 13 }, may, ['08:00 120000 average direct estimated'], 1],
  ['uk-carbon-intensity', { postcode: 'rg10' }, may, ['08:00 118000 average direct estimated'], 1],
  [
    'electricity-maps',
    { zone: 'AT', auth: { token: 'secret' } },
    { now: '2024-05-01T10:31:00Z', from: '2024-05-01T08:00:00Z', to: '2024-05-01T10:30:00Z' },
    ['08:00 187000 average lifecycle', '10:00 180000 average lifecycle estimated'],
    2,
  ],
  [
    'electricity-maps',
    { zone: 'AT', auth: { token: 'secret' } },
    { now: '2024-05-01T10:31:00Z', from: '2024-04-28T08:10:00Z', to: '2024-04-28T08:30:00Z' },
    ['08:00 99000 average lifecycle'],
    1,
  ],
] as const)(
  '%s %o keeps to the contract and reads its example',
  async (kind, options, times, lines, requests) => {
    const result = await read(kind, await prismOf(kind), { options, ...times })
    expect(result).toEqual({ lines, statuses: Array(requests).fill(200) })
  },
)

describe('what the contracts refuse', () => {
  const fails = async (kind: string, scene: Partial<Scene>) => {
    const options =
      kind === 'watttime-v3' ? { region: 'CAISO_NORTH', auth } : { zone: 'AT', auth: { token: 'secret' } }
    return read(kind, await prismOf(kind), { options, ...may, ...scene }).then(
      () => 'no error',
      (error: unknown) => error,
    )
  }

  test.each([
    ['watttime-v3', 403, 'source-unauthorized', /may not read co2_moer of CAISO_NORTH.*my-access/],
    ['watttime-v3', 401, 'source-unauthorized', /user and password/],
    ['watttime-v3', 400, 'source-failed', /know the region/],
    ['watttime-v3', 429, 'source-failed', /fewer requests/],
    ['watttime-v3', 503, 'source-failed', /problem of its own/],
    ['electricity-maps', 401, 'source-unauthorized', /token/],
    ['electricity-maps', 429, 'source-failed', /fewer requests/],
  ])('%s answers %i: %s, with a hint', async (kind, status, code, hint) => {
    const error = await fails(kind, { prefer: `code=${status}` })
    expect(error).toMatchObject({ code, hint: expect.stringMatching(hint) })
    expect(String(error)).not.toMatch(/own word|correct-horse|secret/)
  })
  test('a region and a zone that the contract does not know', async () => {
    expect(await fails('watttime-v3', { options: { region: 'NOWHERE', auth } })).toMatchObject({
      code: 'source-failed',
      hint: expect.stringContaining('NOWHERE'),
    })
    expect(
      await fails('electricity-maps', { options: { zone: 'XX', auth: { token: 'secret' } } }),
    ).toMatchObject({ code: 'source-failed' })
  })
})
