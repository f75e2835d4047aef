import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { systemClock } from '../core/clock.ts'
import { silentLogger } from '../core/logger.ts'
import { sourceContext } from '../sources/index.ts'
import { openCarbonSources } from './compose-carbon.ts'
import { noExtensions } from './extensions.ts'
import { resolvePaths } from './resolve-paths.ts'
import { configSchema } from './schema.ts'

const source = sourceContext({ clock: systemClock, log: silentLogger })

function config(...carbons: (object | undefined)[]) {
  const assets = carbons.map((carbon, index) => ({
    name: `asset-${index}`,
    role: 'producer',
    channel: 'export',
    every: '15m',
    source: { kind: 'simulator', profile: 'solar', peak: '10 kW' },
    ...(carbon && { carbon }),
  }))
  return resolvePaths(configSchema.parse({ energyweb: 1, assets }), {
    folder: '/etc/energyweb',
    extensions: noExtensions,
  })
}

const wattTime = {
  kind: 'watttime-v3',
  region: 'CAISO_NORTH',
  auth: { user: 'ops', password: { env: 'WATTTIME' } },
}

test('assets with equal options share one source, whatever else stands beside them', async () => {
  const environment = { WATTTIME: 'hunter2' }
  const reordered = {
    auth: { password: { env: 'WATTTIME' }, user: 'ops' },
    region: 'CAISO_NORTH',
    kind: 'watttime-v3',
  }
  const average = { ...wattTime, signal: 'co2_aoer' }
  const carbon = config(wattTime, undefined, { ...reordered, opening: '1 kg', wait: '1h' }, average)
  const sources = await openCarbonSources(carbon, { environment, source, extensions: noExtensions })
  expect([...sources.keys()]).toEqual(['asset-0', 'asset-2', 'asset-3'])
  expect(sources.get('asset-2')).toBe(sources.get('asset-0'))
  expect(sources.get('asset-0')).toMatchObject({ kind: 'watttime-v3', basis: 'marginal' })
  expect(sources.get('asset-3')).toMatchObject({ kind: 'watttime-v3', basis: 'average' })
  for (const opened of new Set(sources.values())) await opened.close()
})

test('a secret is resolved, told to whoever blots it out, and missing ones are named', async () => {
  const secrets: string[] = []
  await openCarbonSources(config(wattTime), {
    environment: { WATTTIME: 'hunter2' },
    addSecret: secret => void secrets.push(secret),
    source,
    extensions: noExtensions,
  })
  expect(secrets).toEqual(['hunter2', 'ops:hunter2'])
  await expect(
    openCarbonSources(config(wattTime), { environment: {}, source, extensions: noExtensions }),
  ).rejects.toMatchObject({
    code: 'secret-unavailable',
    message: expect.stringContaining('carbon of asset asset-0, auth.password'),
  })
})

test('opening and wait are parsed, paths begin at the folder', () => {
  const [asset] = config({
    ...wattTime,
    auth: { user: 'ops', password: { file: './watttime.password' } },
    tls: { ca: 'ca.pem' },
    opening: '123.5 kg',
    wait: '20m',
  }).assets
  expect(asset?.carbon).toMatchObject({
    opening: 123_500_000_000_000n,
    wait: 1_200_000,
    auth: { user: 'ops', password: { file: '/etc/energyweb/watttime.password' } },
    tls: { ca: '/etc/energyweb/ca.pem' },
  })
})

test('a source that gives a factor for any time, from the configuration alone', async () => {
  const carbon = config({ kind: 'static', factor: '420.5 g/kWh', basis: 'average', scope: 'direct' })
  const opened = (await openCarbonSources(carbon, { source, extensions: noExtensions })).get('asset-0')
  const signal = new AbortController().signal
  expect((await opened?.read({ from: 5, to: 10, signal }))?.intensities).toMatchObject([
    {
      from: 5,
      to: 10,
      factor: 420_500_000_000_000_000_000n,
      basis: 'average',
      scope: 'direct',
      estimated: true,
    },
  ])
})

test('a thousand assets of one grid are one source, and one request', async () => {
  let requests = 0
  const half = (from: string, to: string) => ({ from, to, intensity: { forecast: 140, actual: 139 } })
  const data = [
    half('2024-05-01T08:00Z', '2024-05-01T08:30Z'),
    half('2024-05-01T08:30Z', '2024-05-01T09:00Z'),
  ]
  const server = createServer((_, response) => {
    requests++
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data }))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const carbon = {
    kind: 'uk-carbon-intensity',
    url: `http://127.0.0.1:${port}`,
    tls: { allow: 'lan-http', reason: 'test' },
  }
  const sources = await openCarbonSources(config(...Array(1_000).fill(carbon)), {
    source,
    extensions: noExtensions,
  })
  try {
    expect([sources.size, new Set(sources.values()).size]).toEqual([1_000, 1])
    const signal = new AbortController().signal
    const [from, to] = [Date.UTC(2024, 4, 1, 8, 15), Date.UTC(2024, 4, 1, 8, 45)]
    const results = await Promise.all([...sources.values()].map(one => one.read({ from, to, signal })))
    expect(results.every(({ intensities }) => intensities.length === 2)).toBe(true)
    expect(requests).toBe(1)
  } finally {
    for (const opened of new Set(sources.values())) await opened.close()
    server.closeAllConnections()
    server.close()
  }
})
