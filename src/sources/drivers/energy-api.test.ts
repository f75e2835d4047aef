import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it } from 'vitest'
import { silentLogger } from '../../core/logger.ts'
import { startEnergyApiServer } from '../../testing/meters/index.ts'
import { sourceContext } from '../context.ts'
import { source } from './energy-api.ts'

const opened: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})
function kept<Opened extends { close(): unknown }>(one: Opened): Opened {
  opened.push(one)
  return one
}

const start = Date.UTC(2024, 4, 1, 8)
let now = start
const clock = { now: () => now, monotonic: () => now, after: () => () => undefined }
const context = sourceContext({ clock, log: silentLogger })
const certificate = (name: string) => new URL(`../../connections/test-certificates/${name}`, import.meta.url)
const tls = {
  key: readFileSync(certificate('server.key.pem'), 'utf8'),
  cert: readFileSync(certificate('server.pem'), 'utf8'),
}
const ca = fileURLToPath(certificate('authority.pem'))
const assets = [{ id: 12, role: 'producer', accumulated: true, energyAt: () => 3_600_000n }] as const
const read = { channel: 'export', signal: new AbortController().signal } as const
const lan = { allow: 'lan-http', reason: 'test' }

it('logs in over TLS, by password or by key', async () => {
  const auth = { user: 'gateway', password: 'pass:word' }
  const basic = kept(await startEnergyApiServer({ clock, assets, tls, auth }))
  const keyed = kept(await startEnergyApiServer({ clock, assets, tls, apiKey: 'k-1' }))
  const common = { version: 3, asset: 12, tls: { ca } }
  for (const [server, credentials] of [
    [basic, auth],
    [keyed, { apiKey: 'k-1' }],
  ] as const) {
    const api = kept(source.open({ ...common, url: `${server.url}/v3/`, auth: credentials }, context))
    expect((await api.read(read)).readings.length).toBeGreaterThan(0)
    const stranger = kept(source.open({ ...common, url: `${server.url}/v3` }, context))
    await expect(stranger.read(read)).rejects.toMatchObject({ code: 'source-unauthorized' })
  }
})

it('never sends credentials in plain text', async () => {
  const server = kept(await startEnergyApiServer({ clock, assets }))
  const options = { version: 3, asset: 12, url: `${server.url}/v3`, tls: lan, auth: { apiKey: 'k-1' } }
  await expect(kept(source.open(options, context)).read(read)).rejects.toMatchObject({ code: 'tls-refused' })
  expect(server.requests).toBe(0)
})

it('asks for the asset once an hour', async () => {
  const server = kept(await startEnergyApiServer({ clock, assets }))
  const api = kept(source.open({ version: 3, asset: 12, url: `${server.url}/v3`, tls: lan }, context))
  await api.read(read)
  expect(server.requests).toBe(2)
  now += 3_000_000
  await api.read(read)
  expect(server.requests).toBe(3)
  now += 3_000_000
  await api.read(read)
  expect(server.requests).toBe(5)
})

/** A service of one counter that answers the same rows whatever range it is asked for. */
async function serverThatSays(rows: string): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = []
  const server = kept(
    createServer((request, response) => {
      asked.push(request.url ?? '')
      const asset = '{"role":"producer","energy_unit":"wattHour","is_accumulated":true}'
      response
        .setHeader('content-type', 'application/json')
        .end(request.url?.includes('energy') ? rows : asset)
    }),
  )
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v3`, asked }
}

// A row of no time stands in year 1: it would open a register at 0 and count all that the meter ever counted.
it('takes nothing from before the look-back, whatever the service answers', async () => {
  const { url } = await serverThatSays(
    '[{"energy":0,"measurementTime":"0001-01-01T00:00:00"},{"energy":98765,"measurementTime":"2024-05-01T07:45:00Z"}]',
  )
  now = start
  const api = kept(source.open({ version: 3, asset: 1, url, tls: lan }, context))
  const { readings } = await api.read(read)
  expect(readings.map(({ measuredAt }) => measuredAt)).toEqual([start - 900_000])
})

// Fails when the query goes back to version 2's `start` and `end`, or when fractions of a second are sent.
it('asks as version 3 wants it: whole seconds, both ends, everything (U18)', async () => {
  const { url, asked } = await serverThatSays('[]')
  now = start + 123
  const api = kept(source.open({ version: 3, asset: 'a/b', url, tls: lan }, context))
  expect(await api.read({ ...read, since: start - 1 })).toEqual({ readings: [], warnings: [] })
  const frame = 'timeStart=2024-05-01T07%3A59%3A59Z&timeEnd=2024-05-02T08%3A00%3A00Z'
  expect(asked).toEqual(['/v3/asset/a%2Fb', `/v3/asset/a%2Fb/energy?${frame}&accumulated=false&limit=-1`])
})

it('gives up on a list without end, after trying shorter ones', async () => {
  let requests = 0
  const server = kept(
    createServer((request, response) => {
      requests++
      const asset = '{"role":"producer","energy_unit":"wattHour","is_accumulated":true}'
      response.setHeader('content-type', 'application/json')
      if (!request.url?.includes('energy')) response.end(asset)
      else response.setHeader('content-length', 50_000_000).write('[')
    }),
  )
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v3`
  const api = kept(source.open({ version: 3, asset: 1, url, tls: lan }, context))
  await expect(api.read(read)).rejects.toMatchObject({ code: 'source-too-large' })
  expect(requests).toBeLessThan(12)
})
