import { once } from 'node:events'
import { get } from 'node:http'
import { connect } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { EnergywebError } from '../../core/errors.ts'
import { type Logger, silentLogger } from '../../core/logger.ts'
import { metricFamilies } from '../../gateway/metrics/families.ts'
import type { MetricSeries } from '../../gateway/metrics/index.ts'
import type { BoundedServer } from '../bounded-server.ts'
import { openMetricsServer } from './metrics-server.ts'

let server: BoundedServer
let told: string[]
let series: readonly MetricSeries[] | undefined

const log: Logger = { ...silentLogger, error: (_, message) => told.push(message) }
const one: readonly MetricSeries[] = [
  { family: metricFamilies.logEntries, samples: [{ labels: [], value: 3 }] },
]

function open(token?: string): Promise<BoundedServer> {
  const collect = async () => {
    if (series === undefined) throw new EnergywebError('internal', 'the path is /home/me')
    return { at: 0, since: 0, series }
  }
  return openMetricsServer({
    host: '127.0.0.1',
    port: 0,
    log,
    metrics: { collect },
    ...(token !== undefined && { token }),
  })
}

beforeEach(async () => {
  told = []
  series = one
  server = await open()
})
afterEach(() => server.close())

const scrape = (headers: Record<string, string> = {}, path = '/metrics') =>
  fetch(`${server.url}${path}`, { headers })

test('gives what is measured, in the form that is asked for', async () => {
  const plain = await scrape()
  expect(plain.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  expect(await plain.text()).toMatch(/^energyweb_log_entries 3$/m)
  const open = await scrape({ accept: 'application/openmetrics-text; version=1.0.0' })
  expect(open.headers.get('content-type')).toMatch(/^application\/openmetrics-text; version=1\.0\.0/)
  expect(await open.text()).toMatch(/# EOF\n$/)
})

test('packs what is long, for whoever takes it', async () => {
  const samples = Array.from({ length: 100 }, (_, index) => ({ labels: [`asset ${index}`], value: index }))
  series = [{ family: metricFamilies.carbonWaiting, samples }]
  const packed = await new Promise<Buffer>((resolve, reject) => {
    get(`${server.url}/metrics`, { headers: { 'accept-encoding': 'gzip' } }, answer => {
      expect(answer.headers['content-encoding']).toBe('gzip')
      answer.toArray().then(chunks => resolve(Buffer.concat(chunks)), reject)
    })
  })
  expect(gunzipSync(packed).toString()).toContain('{asset="asset 99"} 99\n')
  const refused = await scrape({ 'accept-encoding': 'gzip;q=0' })
  expect(refused.headers.get('content-encoding')).toBeNull()
})

test('only one path, only by reading', async () => {
  expect((await scrape({}, '/')).status).toBe(404)
  expect((await scrape({}, '/metrics?x=1')).status).toBe(200)
  expect((await fetch(`${server.url}/metrics`, { method: 'POST', body: 'x' })).status).toBe(405)
  expect((await fetch(`${server.url}/metrics`, { method: 'HEAD' })).status).toBe(200)
})

test('without a token, a page of a foreign name that leads here reads nothing', async () => {
  const { port } = new URL(server.url)
  const ask = async (host: string) => {
    const socket = connect(Number(port), '127.0.0.1')
    socket.write(`GET /metrics HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`)
    const [answer] = await once(socket, 'data')
    socket.destroy()
    return String(answer).slice(9, 12)
  }
  expect(await ask('evil.example:9464')).toBe('403')
  for (const host of ['localhost:9464', '127.0.0.1', '[::1]:9464']) expect(await ask(host)).toBe('200')
})

test('with a token, nothing without it', async () => {
  await server.close()
  server = await open('s3cret')
  for (const authorization of ['', 'Bearer', 'Bearer s3cre', 'Bearer s3cret ', 'Basic s3cret']) {
    const answer = await scrape({ authorization })
    // HTTP cuts spaces at a header's ends.
    expect(answer.status).toBe(authorization.trim() === 'Bearer s3cret' ? 200 : 401)
  }
  expect((await scrape({ authorization: 'Bearer s3cret' })).status).toBe(200)
  expect((await scrape({}, '/nothing')).status).toBe(401)
})

test('says nothing of what went wrong inside, and goes on', async () => {
  series = undefined
  const failed = await scrape()
  expect({ status: failed.status, text: await failed.text() }).toEqual({ status: 503, text: 'not now\n' })
  expect(told).toEqual(['the metrics server has not answered: the path is /home/me'])
  series = one
  expect((await scrape()).status).toBe(200)
})

test('connections that say nothing hold nobody up, and headers are bounded', async () => {
  const { port } = new URL(server.url)
  const sockets = Array.from({ length: 50 }, () => connect(Number(port), '127.0.0.1'))
  for (const socket of sockets) socket.write('GET /metrics HTTP/1.1\r\nx: ')
  expect((await scrape()).status).toBe(200)
  expect((await scrape({ 'x-long': 'y'.repeat(20_000) })).status).toBe(431)
  for (const socket of sockets) socket.destroy()
})
