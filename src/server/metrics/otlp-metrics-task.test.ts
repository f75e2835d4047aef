import { createServer } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openHttpClient } from '../../connections/index.ts'
import { silentLogger } from '../../core/logger.ts'
import { App } from '../../dispatcher/index.ts'
import { metricFamilies } from '../../gateway/metrics/families.ts'
import { OtlpMetricsTask } from './otlp-metrics-task.ts'
import { otlpMetricsRequest } from './otlp-request.ts'

interface Heard {
  readonly path: string
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: Buffer
}

let heard: Heard[]
let status: number
let url: string
let close: () => void

beforeEach(async () => {
  heard = []
  status = 200
  const server = createServer((request, response) => {
    request.toArray().then(chunks => {
      heard.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) })
      response.writeHead(status).end()
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  close = () => server.close()
})
afterEach(() => close())

const snapshot = {
  at: 1_700_000_000_500,
  since: 1_600_000_000_000,
  series: [{ family: metricFamilies.logEntries, samples: [{ labels: [], value: 3 }] }],
}

function pushing(): { run: () => Promise<void>; stop: () => void; failures: () => number } {
  const app = new App({ log: silentLogger })
  const task = new OtlpMetricsTask({
    metrics: { collect: async () => snapshot },
    url,
    every: 50,
    headers: async () => ({ 'x-tenant': 'roof' }),
    http: async () =>
      openHttpClient({ tls: { allow: 'lan-http', reason: 'test' }, plaintextCredentials: true }),
    resource: { version: '1.0.0' },
  })
  app.addTask(task)
  const ending = new AbortController()
  return {
    run: () => app.run({ signal: ending.signal, signals: false }),
    stop: () => ending.abort(),
    failures: () => app.statistics()[0]?.failures ?? 0,
  }
}

test('sends all that is measured, again and again, packed', async () => {
  const { run, stop } = pushing()
  const running = run()
  await expect.poll(() => heard.length, { timeout: 10_000 }).toBeGreaterThan(1)
  stop()
  await running
  const [first] = heard
  expect(first?.path).toBe('/v1/metrics')
  expect(first?.headers).toMatchObject({
    'content-type': 'application/x-protobuf',
    'content-encoding': 'gzip',
    'x-tenant': 'roof',
  })
  const body = gunzipSync(first?.body ?? Buffer.alloc(0))
  const request = Buffer.from(await otlpMetricsRequest(snapshot, { version: '1.0.0', host: 'x', pid: 1 }))
  expect(body.includes('energyweb_log_entries')).toBe(true)
  expect(request.includes('energyweb_log_entries')).toBe(true)
})

test('a collector that refuses is tried again later, and keeps nobody up', async () => {
  status = 503
  const { run, stop, failures } = pushing()
  const running = run()
  await expect.poll(failures, { timeout: 10_000 }).toBe(1)
  status = 200
  await expect.poll(() => heard.length, { timeout: 15_000 }).toBeGreaterThan(2)
  expect(failures()).toBe(1)
  stop()
  await running
})
