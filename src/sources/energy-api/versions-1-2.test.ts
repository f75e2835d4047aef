import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { silentLogger } from '../../core/logger.ts'
import { sourceContext } from '../context.ts'
import { source } from '../drivers/energy-api.ts'

const opened: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})

const now = Date.UTC(2024, 4, 1, 8)
const clock = { now: () => now, monotonic: () => now, after: () => () => undefined }
const context = sourceContext({ clock, log: silentLogger })
const read = { channel: 'export', signal: new AbortController().signal } as const
const tls = { allow: 'lan-http', reason: 'test' }

type Answer = { readonly status?: number; readonly body: unknown }

/** Version 2's service of device 7, answering as told; and what it was asked. */
async function service(answer: (url: URL, request: IncomingMessage) => Answer, options: object = {}) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    const { status = 200, body } = answer(new URL(request.url ?? '', 'http://service'), request)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  opened.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v2`
  const api = source.open({ version: 2, device: 7, url, tls, ...options }, context)
  opened.push(api)
  return { api, asked, server }
}

const device = { manufacturer: 'Acme', energy_unit: 'watt_hour', is_accumulated: true }
const counter = (energy: number, at: number) => ({ energy, measurement_time: new Date(at).toISOString() })
const page = (measuredEnergy: object[], next: string | null = null) => ({
  body: { next, device, measuredEnergy },
})

it('asks as the only known client did: both ends with an offset, its plus encoded, whole seconds', async () => {
  const { api, asked } = await service(() => page([counter(5, now)]))
  await api.read({ ...read, since: now - 60_001 })
  expect(asked).toEqual([
    '/v2/produced/7?start=2024-05-01T07%3A58%3A59%2B00%3A00&end=2024-05-02T08%3A00%3A00%2B00%3A00&limit=10',
  ])
})

it('asks from the newest reading on, that one included, so that an ordinary answer is never empty', async () => {
  const rows = [counter(5, now - 900_000)]
  const { api, asked } = await service(url => {
    const [start, end] = [
      Date.parse(url.searchParams.get('start') ?? ''),
      Date.parse(url.searchParams.get('end') ?? ''),
    ]
    const found = rows.filter(
      row => Date.parse(row.measurement_time) >= start && Date.parse(row.measurement_time) <= end,
    )
    return found.length === 0 ? { status: 400, body: {} } : page(found)
  })
  expect(await api.read({ ...read, since: now - 900_000 })).toEqual({ readings: [], warnings: [] })
  expect(asked).toHaveLength(1)
})

// Fails when only the number of pages is bounded: a hundred of 1 MiB are five million rows at once.
it('asks for shorter times when the pages hold too much together', async () => {
  const body = Array.from({ length: 30_000 }, () => counter(5, now))
  const { api, asked } = await service(url => {
    const at = Number(url.searchParams.get('page') ?? 1)
    return page(body.slice(0, 7_000 + at), `?page=${at + 1}`)
  })
  await expect(api.read({ ...read, since: now - 60_000 })).rejects.toMatchObject({
    code: 'source-too-large',
    message: expect.stringContaining('hold too much together'),
  })
  expect(asked.length).toBeLessThan(400)
})

it('takes 400 for an empty list when the same question for all times is answered', async () => {
  const { api, asked } = await service(url =>
    url.searchParams.get('start')?.startsWith('2015')
      ? page([counter(5, 0)])
      : { status: 400, body: { message: 'x' } },
  )
  expect(await api.read(read)).toEqual({ readings: [], warnings: [] })
  expect(asked).toHaveLength(2)
  expect(asked[1]).toContain('start=2015-01-01T00%3A00%3A00%2B00%3A00')
  expect(asked[1]).toContain('limit=1')
})

it('takes 400 for an error when no question is answered', async () => {
  const { api } = await service(() => ({ status: 400, body: { message: 'start is missing' } }))
  await expect(api.read(read)).rejects.toMatchObject({ code: 'source-failed', retryable: false })
})

it('follows pages in any order and counts no row twice', async () => {
  const rows = Array.from({ length: 95 }, (_, i) => counter(i + 1, now - (94 - i) * 900_000))
  const { api, asked } = await service(url => {
    const at = Number(url.searchParams.get('page') ?? 0)
    // The newest first, and one row of the page before again, as when a row was added in between.
    const part = rows.toReversed().slice(Math.max(0, at * 10 - 1), at * 10 + 10)
    return page(part, at < 9 ? `/produced/7?page=${at + 1}` : null)
  })
  const { readings, warnings } = await api.read(read)
  expect(readings.map(({ energy }) => energy)).toEqual(rows.map(({ energy }) => BigInt(energy) * 3_600_000n))
  expect(warnings).toEqual(['9 rows were repeated'])
  expect(asked).toHaveLength(10)
})

it('asks for less time at once when there are more than 100 pages, and then gets all', async () => {
  const all = Array.from({ length: 2_000 }, (_, i) => counter(i + 1, now - (1_999 - i) * 60_000))
  const { api, asked } = await service(url => {
    const { start, end, page: at = '0' } = Object.fromEntries(url.searchParams)
    const [from, to] = [Date.parse(start ?? ''), Date.parse(end ?? '')]
    const rows = all.filter(
      row => Date.parse(row.measurement_time) >= from && Date.parse(row.measurement_time) <= to,
    )
    const next = new URLSearchParams({ start: start ?? '', end: end ?? '', page: String(Number(at) + 1) })
    const part = rows.slice(Number(at) * 10, Number(at) * 10 + 10)
    return page(part, (Number(at) + 1) * 10 < rows.length ? `/produced/7?${next}` : null)
  })
  const energies: bigint[] = []
  let since = now - 2_000 * 60_000
  while (since < now) {
    const { readings } = await api.read({ ...read, since })
    energies.push(...readings.map(({ energy }) => energy))
    since = readings.at(-1)?.measuredAt ?? now
  }
  expect(energies).toEqual(all.map(({ energy }) => BigInt(energy) * 3_600_000n))
  expect(asked.length).toBeGreaterThan(200)
})

it('ends when the pages do not', async () => {
  const { api, asked } = await service(url => {
    const at = Number(url.searchParams.get('page') ?? 0)
    return page([counter(at, now)], `/produced/7?page=${at + 1}`)
  })
  await expect(api.read(read)).rejects.toMatchObject({ code: 'source-too-large' })
  expect(asked.length).toBeLessThan(1_000)
})

it('sends the password with every page, and to no other server', async () => {
  const stranger = await service(() => page([]))
  const { port } = stranger.server.address() as AddressInfo
  const { api } = await service(() => page([counter(1, now)], `http://127.0.0.1:${port}/v2/page-two`))
  await expect(api.read(read)).rejects.toMatchObject({ code: 'source-malformed' })
  expect(stranger.asked).toEqual([])
})

it('never sends a password in plain text', async () => {
  const { api, asked } = await service(() => page([]), { auth: { user: 'a', password: 'b' } })
  await expect(api.read(read)).rejects.toMatchObject({ code: 'tls-refused' })
  expect(asked).toEqual([])
})

it('says a changed value again within the overlap, and begins its interval where it did before', async () => {
  const intervals = { ...device, is_accumulated: false }
  const quarter = 900_000
  const energies = [100, 200, 300, 400]
  const { api } = await service(
    () => ({
      body: {
        device: intervals,
        measuredEnergy: energies.map((energy, i) => counter(energy, now + (i - 4) * quarter)),
      },
    }),
    { interval: '15m', overlap: '30m' },
  )
  const first = await api.read(read)
  energies[2] = 333
  const since = first.readings.at(-1)?.measuredAt ?? 0
  const second = await api.read({ ...read, since })
  const told = (readings: typeof first.readings) =>
    readings.map(({ from, energy }) => [from, energy / 3_600_000n])
  expect(told(second.readings)).toEqual([
    [first.readings[2]?.from, 333n],
    [first.readings[3]?.from, 400n],
  ])
})
