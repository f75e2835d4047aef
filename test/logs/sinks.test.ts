import { afterEach, describe, expect, test } from 'vitest'
import type { Severity } from '../../src/logging/log-level.ts'
import { openElasticsearch } from '../../src/logging/remote/elasticsearch.ts'
import type { SpooledLine } from '../../src/logging/remote/line.ts'
import { openLoki } from '../../src/logging/remote/loki.ts'
import { openOtlp } from '../../src/logging/remote/otlp.ts'
import type { Sink } from '../../src/logging/remote/sink.ts'
import { decodeOtlp, encodeOtlpResponse, missingClients } from './clients.ts'
import { type FakeSink, fakeElasticsearch, fakeLoki, fakeOtlp } from './fake-sinks.ts'
import { authority, type SinkAnswer } from './http-sink.ts'

const missing = missingClients()
if (missing !== undefined) console.warn(`!!! What we send is decoded by nobody else: ${missing}`)

const at = Date.UTC(2024, 4, 1, 8)
const sender = { host: 'box', version: '1.2.3', pid: 42 }
const common = { name: 'd', level: 'debug' as const, labels: { site: 'roof' }, tls: { ca: authority } }
const signal = new AbortController().signal

const line = (sequence: number, fields: object = {}, severity: Severity = 'info'): SpooledLine => ({
  sequence,
  id: `spool-${sequence}`,
  at,
  severity,
  message: `message ${sequence} ✓`,
  fields: JSON.stringify(fields),
})

const opened: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of opened.splice(0)) await close()
})

async function pair(fake: FakeSink, open: (url: string) => Sink): Promise<Sink> {
  await fake.http.up()
  const sink = open(fake.http.url)
  opened.push(
    () => fake.http.down(),
    () => sink.close(),
  )
  return sink
}

const headers = { authorization: 'Bearer abc' }
const otlp = (url: string, compression: 'gzip' | 'none' = 'gzip') =>
  openOtlp({ ...common, kind: 'otlp', url, headers, compression }, { sender })
const loki = (url: string, metadata = true) =>
  openLoki({ ...common, kind: 'loki', url, headers: { 'x-scope-orgid': 'tenant' }, metadata }, { sender })
const elasticsearch = (url: string) =>
  openElasticsearch({ ...common, kind: 'elasticsearch', url, headers, index: 'logs-energyweb' }, { sender })

describe.skipIf(missing !== undefined)('OTLP', () => {
  test("what is sent is read by OpenTelemetry's own decoder, value by value", async () => {
    const fake = fakeOtlp()
    const sink = await pair(fake, otlp)
    const fields = {
      asset: 'roof',
      count: 3,
      negative: -7,
      share: 0.25,
      good: true,
      none: null,
      list: ['a', 1],
      error: { code: 'log-io', deep: { er: 'x' } },
    }
    expect(await sink.send([line(1, fields, 'error')], { signal })).toMatchObject({
      outcome: 'taken',
      refused: 0,
    })
    expect(fake.arrived).toEqual([
      {
        message: 'message 1 ✓',
        at: BigInt(at) * 1_000_000n,
        id: 'spool-1',
        fields: expect.objectContaining({
          asset: 'roof',
          count: '3',
          negative: '-7',
          share: 0.25,
          good: true,
          list: ['a', '1'],
          error: { code: 'log-io', deep: { er: 'x' } },
          severity: 'ERROR',
          site: 'roof',
          'service.name': 'energyweb',
          'service.version': '1.2.3',
          'host.name': 'box',
        }),
      },
    ])
    expect(fake.http.received[0]?.toString()).toMatch(/authorization\nBearer abc/i)
  })

  test('a large request is compressed, and stays what it is', async () => {
    const fake = fakeOtlp()
    const sink = await pair(fake, otlp)
    const lines = Array.from({ length: 200 }, (_, n) => line(n + 1))
    await sink.send(lines, { signal })
    expect(fake.arrived.map(({ id }) => id)).toEqual(lines.map(({ id }) => id))
    const [head, raw, body] = fake.http.received
    expect(head?.toString()).toMatch(/content-encoding\ngzip/i)
    expect(raw?.length).toBeLessThan((body?.length ?? 0) / 4)
    expect(decodeOtlp(body ?? Buffer.of()).resourceLogs[0]?.scopeLogs[0]?.scope).toEqual({
      name: 'energyweb',
      version: '1.2.3',
    })
  })

  const proto = { 'content-type': 'application/x-protobuf' }
  test.each<[string, SinkAnswer, object]>([
    [
      '429 with Retry-After',
      { status: 429, headers: { 'retry-after': '7' } },
      { outcome: 'later', after: 7_000 },
    ],
    ['502', { status: 502 }, { outcome: 'later' }],
    ['503', { status: 503, body: 'busy' }, { outcome: 'later', why: 'HTTP 503: busy' }],
    ['504', { status: 504 }, { outcome: 'later' }],
    ['500, which must not be sent again', { status: 500 }, { outcome: 'refused' }],
    ['501', { status: 501 }, { outcome: 'refused' }],
    ['400', { status: 400 }, { outcome: 'unfit' }],
    ['413', { status: 413 }, { outcome: 'unfit' }],
    ['401', { status: 401 }, { outcome: 'stands' }],
    ['404', { status: 404 }, { outcome: 'stands' }],
    ['a redirect', { status: 307, headers: { location: 'http://127.0.0.1/' } }, { outcome: 'stands' }],
    ['202, which is not OTLP', { status: 202 }, { outcome: 'stands' }],
    ['200 with no body', { status: 200 }, { outcome: 'taken', refused: 0 }],
    [
      '200 in JSON',
      { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' },
      { outcome: 'taken' },
    ],
    [
      '200 and nonsense',
      { status: 200, headers: proto, body: Uint8Array.of(0x0a, 0xff) },
      { outcome: 'taken' },
    ],
  ])('%s', async (_, answer, expected) => {
    const fake = fakeOtlp()
    const sink = await pair(fake, otlp)
    fake.http.failNext(answer)
    expect(await sink.send([line(1)], { signal })).toMatchObject(expected)
  })

  test('what a 200 refuses in part in JSON is counted, too', async () => {
    const fake = fakeOtlp()
    const sink = await pair(fake, otlp)
    const body = JSON.stringify({ partialSuccess: { rejectedLogRecords: '2', errorMessage: 'too old' } })
    fake.http.failNext({ status: 200, headers: { 'content-type': 'application/json' }, body })
    expect(await sink.send([line(1), line(2), line(3)], { signal })).toEqual({
      outcome: 'taken',
      refused: 2,
      said: 'HTTP 200, 2 refused: too old',
    })
  })

  test('what a 200 refuses in part is counted', async () => {
    const fake = fakeOtlp()
    const sink = await pair(fake, otlp)
    fake.http.failNext({ status: 200, headers: proto, body: encodeOtlpResponse(2, 'too old') })
    expect(await sink.send([line(1), line(2), line(3)], { signal })).toEqual({
      outcome: 'taken',
      refused: 2,
      said: 'HTTP 200, 2 refused: too old',
    })
  })

  test('nobody there is for later; a certificate of a stranger stands', async () => {
    const fake = fakeOtlp()
    const sink = await pair(fake, otlp)
    await fake.http.down()
    expect(await sink.send([line(1)], { signal })).toMatchObject({ outcome: 'later' })
    await fake.http.up()
    expect(await sink.send([line(1)], { signal })).toMatchObject({ outcome: 'taken' })
    const strict = openOtlp(
      { ...common, tls: 'required', kind: 'otlp', url: fake.http.url, headers, compression: 'none' },
      { sender },
    )
    opened.push(() => strict.close())
    expect(await strict.send([line(1)], { signal })).toMatchObject({ outcome: 'stands' })
  })
})

describe('Loki', () => {
  test('labels are few, fields are metadata, times are nanoseconds in the order of the spool', async () => {
    const fake = fakeLoki()
    const sink = await pair(fake, loki)
    const error = { code: 'log-io', count: 3 }
    expect(await sink.send([line(1, { error }), line(2), line(3, {}, 'warn')], { signal })).toMatchObject({
      outcome: 'taken',
    })
    expect(fake.arrived.map(({ message, at: time }) => [message, time - BigInt(at) * 1_000_000n])).toEqual([
      ['message 1 ✓', 1n],
      ['message 2 ✓', 2n],
      ['message 3 ✓', 3n],
    ])
    expect(fake.arrived[0]?.fields).toEqual({
      service_name: 'energyweb',
      host: 'box',
      site: 'roof',
      level: 'info',
      error_code: 'log-io',
      error_count: '3',
      id: 'spool-1',
    })
    expect(fake.http.received[0]?.toString()).toMatch(/x-scope-orgid\ntenant/i)
  })

  test('what is sent again is no duplicate', async () => {
    const fake = fakeLoki()
    const sink = await pair(fake, loki)
    await sink.send([line(1)], { signal })
    await sink.send([line(1), line(2)], { signal })
    expect(fake.arrived.map(({ id }) => id)).toEqual(['spool-1', 'spool-2'])
    expect(fake.repeats()).toBe(1)
  })

  test('an older Loki gets the fields in the line', async () => {
    const fake = fakeLoki({ metadata: false })
    const sink = await pair(fake, url => loki(url, false))
    expect(await sink.send([line(1, { asset: 'roof' })], { signal })).toMatchObject({ outcome: 'taken' })
    expect(JSON.parse(fake.arrived[0]?.message ?? '')).toEqual({
      message: 'message 1 ✓',
      asset: 'roof',
      id: 'spool-1',
    })
  })

  test('fields with names of our own, or that Loki takes none of, hide nothing and hold up nothing', async () => {
    const [fake, older] = [fakeLoki(), fakeLoki({ metadata: false })]
    const [sink, inLine] = [await pair(fake, loki), await pair(older, url => loki(url, false))]
    const odd = line(1, { message: 'another', id: 'x', 0: 'zero', '': 'none' })
    await inLine.send([odd], { signal })
    expect(JSON.parse(older.arrived[0]?.message ?? '')).toMatchObject({
      message: 'message 1 ✓',
      field_message: 'another',
      id: 'spool-1',
    })
    await sink.send([odd], { signal })
    expect(fake.arrived[0]).toMatchObject({ id: 'spool-1', message: 'message 1 ✓' })
    expect(fake.http.bodies.at(-1)?.toString()).toMatch(/"_0":"zero"/)
  })

  test('what is too old is not fit; a server in trouble is for later', async () => {
    const fake = fakeLoki({ oldest: () => BigInt(at + 1) * 1_000_000n })
    const sink = await pair(fake, loki)
    expect(await sink.send([line(1)], { signal })).toMatchObject({
      outcome: 'unfit',
      why: expect.stringMatching(/too old/),
    })
    fake.http.failNext({ status: 500 })
    expect(await sink.send([line(1)], { signal })).toMatchObject({ outcome: 'later' })
  })
})

describe('Elasticsearch', () => {
  test('documents are created under names of ECS', async () => {
    const fake = fakeElasticsearch()
    const sink = await pair(fake, elasticsearch)
    await sink.send([line(1, { asset: 'roof' }, 'warn')], { signal })
    expect(fake.arrived[0]?.fields).toEqual({
      '@timestamp': '2024-05-01T08:00:00.000Z',
      message: 'message 1 ✓',
      log: { level: 'warn' },
      event: { id: 'spool-1', sequence: 1 },
      service: { name: 'energyweb', version: '1.2.3' },
      host: { name: 'box' },
      process: { pid: 42 },
      labels: { site: 'roof' },
      energyweb: { asset: 'roof' },
    })
  })

  test('what is sent again is no duplicate', async () => {
    const fake = fakeElasticsearch()
    const sink = await pair(fake, elasticsearch)
    await sink.send([line(1)], { signal })
    expect(await sink.send([line(1), line(2)], { signal })).toMatchObject({ outcome: 'taken', refused: 0 })
    expect(fake.arrived.map(({ id }) => id)).toEqual(['spool-1', 'spool-2'])
    expect(fake.repeats()).toBe(1)
  })

  test('a document that does not fit is counted, the others are there', async () => {
    const fake = fakeElasticsearch()
    const sink = await pair(fake, elasticsearch)
    const lines = [line(1), line(2, { poison: 1 }), line(3)]
    expect(await sink.send(lines, { signal })).toMatchObject({
      outcome: 'taken',
      refused: 1,
      said: expect.stringMatching(/poison/),
    })
    expect(fake.arrived.map(({ id }) => id)).toEqual(['spool-1', 'spool-3'])
  })

  test('a node that is busy gets all of it again', async () => {
    let busy = true
    const fake = fakeElasticsearch({ busy: () => busy })
    const sink = await pair(fake, elasticsearch)
    expect(await sink.send([line(1)], { signal })).toMatchObject({
      outcome: 'later',
      why: expect.stringMatching(/429/),
    })
    busy = false
    expect(await sink.send([line(1)], { signal })).toMatchObject({ outcome: 'taken' })
  })

  test('an answer that is none of Elasticsearch stands', async () => {
    const fake = fakeElasticsearch()
    const sink = await pair(fake, elasticsearch)
    fake.http.failNext({ status: 200, body: '<html>Welcome</html>' })
    expect(await sink.send([line(1)], { signal })).toMatchObject({
      outcome: 'stands',
      why: expect.stringMatching(/Welcome/),
    })
    fake.http.failNext({ status: 401, body: '{"error":"missing authentication"}' })
    expect(await sink.send([line(1)], { signal })).toMatchObject({ outcome: 'stands' })
  })
})
