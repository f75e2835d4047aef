import { createServer } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openHttpClient } from '../../connections/index.ts'
import { type Logger, silentLogger } from '../../core/logger.ts'
import { protoInteger, protoMessage, protoText } from '../../core/protobuf.ts'
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
let answer: { readonly headers: Record<string, string>; readonly body: Uint8Array | string }
let url: string
let close: () => void

beforeEach(async () => {
  heard = []
  status = 200
  answer = { headers: {}, body: '' }
  const server = createServer((request, response) => {
    request.toArray().then(chunks => {
      heard.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) })
      response.writeHead(status, answer.headers).end(answer.body)
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

/** What a collector answers that refuses some. */
const partly = (points: number | bigint, words: string) => ({
  headers: { 'content-type': 'application/x-protobuf' },
  body: protoMessage(1, [protoInteger(1, points), protoText(2, words)]),
})

function pushing({
  log = silentLogger,
  onRefused = () => {},
}: {
  log?: Logger
  onRefused?: (points: number) => void
} = {}): {
  run: () => Promise<void>
  stop: () => void
  failures: () => number
} {
  const app = new App({ log })
  const task = new OtlpMetricsTask({
    metrics: { collect: async () => snapshot },
    url,
    every: 50,
    headers: async () => ({ 'x-tenant': 'roof' }),
    http: async () =>
      openHttpClient({ tls: { allow: 'lan-http', reason: 'test' }, plaintextCredentials: true }),
    resource: { version: '1.0.0' },
    onRefused,
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

test('what a collector refuses of a sending is told once and counted, and told when it is over', async () => {
  // Fails when #hear tells whenever the words differ.
  const told: string[] = []
  let refused = 0
  const tell = (_: unknown, message: string) => void told.push(message)
  const log: Logger = { ...silentLogger, warn: tell, info: tell }
  answer = partly(1, 'too old:\n\u0007 a')
  const { run, stop, failures } = pushing({ log, onRefused: points => (refused += points) })
  const running = run()
  await expect.poll(() => refused, { timeout: 10_000 }).toBeGreaterThan(1)
  const before = refused
  answer = partly(2n ** 62n, 'b')
  await expect.poll(() => refused, { timeout: 10_000 }).toBeGreaterThan(before + 1)
  answer = { headers: {}, body: '' }
  const sent = heard.length
  await expect.poll(() => heard.length, { timeout: 10_000 }).toBeGreaterThan(sent + 2)
  stop()
  await running
  // One data point was sent each time: no more than that counts.
  expect(refused).toBeLessThanOrEqual(heard.length)
  expect(told.filter(message => message.includes('collector'))).toEqual([
    'the collector does not take all metrics: 1 of 1 points refused: too old: a',
    'the collector takes all metrics again',
  ])
  expect(failures()).toBe(0)
})

test('a collector that asks for a year gets a pause, and no other task waits for it', async () => {
  status = 429
  answer = { headers: { 'retry-after': String(365 * 86_400) }, body: '' }
  const { run, stop, failures } = pushing()
  const running = run()
  await expect.poll(failures, { timeout: 10_000 }).toBe(1)
  status = 200
  // The first back-off is 2 s at most: without the pause it would have come by then.
  await new Promise(resolve => setTimeout(resolve, 3_000))
  expect(heard).toHaveLength(1)
  stop()
  await running
})
