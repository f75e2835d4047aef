import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Log } from '../../src/core/log.ts'
import { silentLogger } from '../../src/core/logger.ts'
import type { Source } from '../../src/core/source.ts'
import type { Instant } from '../../src/core/time.ts'
import { source } from '../../src/sources/drivers/meter-reads.ts'
import { sourceContext } from '../../src/sources/index.ts'
import { openMeterReads } from '../../src/sources/meter-reads.ts'
import { installCounterpart } from '../counterparts/install.ts'
import { named } from '../storage/machine.ts'
import { limits, testLog } from '../storage/support.ts'

// The other side is the registry's own service, as published; only its database is kept in memory.

const missing = installCounterpart('meter-reads')
const program = fileURLToPath(new URL('../counterparts/meter-reads/server.cjs', import.meta.url))
let service: ChildProcess | undefined
let url = ''

beforeAll(async () => {
  if (missing !== undefined) return
  service = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] })
  const child = service
  const port = await new Promise<string>((done, failed) => {
    child.stdout?.once('data', chunk => done(String(chunk).trim()))
    child.once('exit', code => failed(new Error(`the service ended with ${code}`)))
  })
  url = `http://127.0.0.1:${port}`
})

afterAll(async () => {
  if (service === undefined || service.exitCode !== null) return
  const ended = new Promise(done => service?.once('exit', done))
  service.stdin?.end()
  await ended
})

const opened: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})

const tls = { allow: 'lan-http', reason: 'test' } as const
const wattHour = 3_600_000n
const hour = 3_600_000
const start = Date.UTC(2024, 4, 1, 8)
const now = start
const clock = { now: () => now, monotonic: () => now, after: () => () => undefined }
const context = sourceContext({ clock, log: silentLogger })
const signal = new AbortController().signal

function open(meter: string, options: object = {}): Source {
  const driver = source.open({ url, meter, tls, ...options }, context)
  opened.push(driver)
  return driver
}

type Read = readonly [time: Instant, value: number]

/** Posts as a meter's owner does; 1,000 reads a request, for the service takes 100 kB at once. */
async function post(meter: string, unit: string, reads: readonly Read[]): Promise<void> {
  for (let i = 0; i < reads.length; i += 1_000) {
    const part = reads.slice(i, i + 1_000)
    const body = {
      unit,
      reads: part.map(([time, value]) => ({ timestamp: new Date(time).toISOString(), value })),
    }
    const response = await fetch(`${url}/meter-reads/${meter}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(response.status).toBe(201)
  }
}

/** What a poll does: asks from the newest time of the log on, and takes what comes into it. */
async function poll(driver: Source, log: Log) {
  const { since } = await log.register('roof')
  const { readings } = await driver.read({ channel: 'export', signal, ...(since !== undefined && { since }) })
  const taken = readings.map(reading => ({ ...reading, receivedAt: now, provenance: 'meter-reads' }))
  return log.record('roof', taken, limits)
}

describe.skipIf(missing !== undefined)(named('the service of /meter-reads', missing), () => {
  test('what was posted in kWh is read in Wh, at its own time', async () => {
    await post('kilo', 'kWh', [
      [start - hour, 20.5],
      [start, 22],
    ])
    const { readings, warnings } = await open('kilo').read({ channel: 'export', signal })
    expect(warnings).toEqual([])
    expect(readings).toMatchObject([
      { channel: 'export', kind: 'counter', energy: 20_500n * wattHour, measuredAt: start - hour },
      { channel: 'export', kind: 'counter', energy: 22_000n * wattHour, measuredAt: start },
    ])
    expect(new TextDecoder().decode(readings[0]?.raw.bytes)).toContain('"value":20500')
  })

  test('a meter nobody has posted for has nothing to say', async () => {
    expect(await open('nobody').read({ channel: 'export', signal })).toEqual({ readings: [], warnings: [] })
  })

  // The service compares the two ends as text, which goes wrong as soon as they are written in two ways.
  test('both ends of the range are understood, down to the millisecond, and the newest read is told once', async () => {
    const naive = 'start=2024-05-01T08:00:00.000Z&end=2024-05-01T08:00:00Z'
    expect((await fetch(`${url}/meter-reads/fine?${naive}`)).status).toBe(200)
    const reversed = 'start=2024-05-01T10:00:00%2B02:00&end=2024-05-01T09:00:00Z'
    expect((await fetch(`${url}/meter-reads/fine?${reversed}`)).status).toBe(400)
    await post('fine', 'Wh', [
      [start, 5],
      [start + 1, 6],
    ])
    const { readings } = await open('fine').read({ channel: 'export', signal, since: start })
    expect(readings.map(({ energy }) => energy)).toEqual([6n * wattHour])
  })

  test.each([10_000, 700])('25,000 reads come in pages of %s, each once', async limit => {
    const reads: Read[] = Array.from({ length: 25_000 }, (_, i) => [start - (25_000 - i) * 1_000, i + 1])
    const meter = `many-${limit}`
    await post(meter, 'Wh', reads)
    const { readings, warnings } = await open(meter, { limit }).read({ channel: 'export', signal })
    expect(warnings).toEqual([])
    expect(readings.map(({ measuredAt, energy }) => [measuredAt, Number(energy / wattHour)])).toEqual(reads)
    expect(new Set(readings.map(({ raw }) => raw)).size).toBe(Math.ceil(25_000 / limit))
  })

  test('more than one poll can take comes in parts, the oldest first', async () => {
    const reads: Read[] = Array.from({ length: 3_000 }, (_, i) => [start - (3_000 - i) * 20_000, i + 1])
    await post('parts', 'Wh', reads)
    const driver = open('parts', { limit: 10 })
    const got: number[] = []
    let since = start - 3_001 * 20_000
    while (since < start - 20_000) {
      const { readings } = await driver.read({ channel: 'export', signal, since })
      got.push(...readings.map(({ energy }) => Number(energy / wattHour)))
      since = readings.at(-1)?.measuredAt ?? start
    }
    expect(got).toEqual(reads.map(([, value]) => value))
  })

  test('a meter that was reset is held until somebody explains it', async () => {
    const log = await testLog()
    await log.openStream({ name: 'roof' })
    const driver = open('reset')
    await post('reset', 'Wh', [
      [start - 2 * hour, 20_000],
      [start - hour, 21_000],
    ])
    expect((await poll(driver, log)).statuses).toEqual(['counted', 'counted'])
    await post('reset', 'Wh', [[start, 3]])
    const { statuses, register } = await poll(driver, log)
    expect(statuses).toEqual(['held'])
    expect(register).toMatchObject({ total: 1_000n * wattHour, holdReason: 'fall' })
  })

  test('a value that was posted again is a revision, found by looking back; without, it is not seen', async () => {
    const log = await testLog()
    await log.openStream({ name: 'roof' })
    await post('again', 'Wh', [
      [start - 2 * hour, 100],
      [start - hour, 200],
    ])
    const looking = open('again', { overlap: '3h' })
    await poll(looking, log)
    await post('again', 'Wh', [[start - hour, 250]])
    expect((await poll(open('again'), log)).appended).toEqual([])
    const { appended, register } = await poll(looking, log)
    expect(appended.map(({ kind }) => kind)).toEqual(['revision'])
    expect(register.total).toBe(150n * wattHour)
    expect((await poll(looking, log)).appended).toEqual([])
  })

  test('a read that came late is logged, and counts nothing twice', async () => {
    const log = await testLog()
    await log.openStream({ name: 'roof' })
    await post('late', 'Wh', [
      [start - 2 * hour, 100],
      [start, 300],
    ])
    const driver = open('late', { overlap: '3h' })
    await poll(driver, log)
    await post('late', 'Wh', [[start - hour, 180]])
    const { statuses, register } = await poll(driver, log)
    expect(statuses).toEqual(['duplicate', 'late', 'duplicate'])
    expect(register.total).toBe(200n * wattHour)
  })

  test('what the service rounds down when it is posted stays rounded down', async () => {
    await post('float', 'kWh', [[start, 1.005]])
    const { readings } = await open('float').read({ channel: 'export', signal })
    expect(readings[0]?.energy).toBe(1_004n * wattHour)
  })

  test('a value below zero is left out with a warning', async () => {
    await post('below', 'Wh', [
      [start - hour, -5.5],
      [start, 7],
    ])
    const { readings, warnings } = await open('below').read({ channel: 'export', signal })
    expect(readings.map(({ energy }) => energy)).toEqual([7n * wattHour])
    expect(warnings).toEqual([expect.stringMatching(/^1 of 2 rows were refused: .*-6 Wh is below zero$/)])
  })

  test('why it refuses a question stands in the error', async () => {
    const careless = openMeterReads({ url, meter: 'x', tls, lookback: hour, limit: 20_000 }, context)
    opened.push(careless)
    await expect(careless.read({ channel: 'export', signal })).rejects.toMatchObject({
      code: 'source-failed',
      message: expect.stringContaining('answered 400: limit must not be greater than 10000'),
    })
  })

  test('a wrong address is told as such', async () => {
    const lost = source.open({ url: `${url}/api`, meter: 'x', tls }, context)
    opened.push(lost)
    await expect(lost.read({ channel: 'export', signal })).rejects.toMatchObject({ code: 'source-not-found' })
  })

  test('a meter id that would reach into its database query is refused before it is sent', () => {
    expect(() => open('x") |> drop()')).toThrow(expect.objectContaining({ code: 'config-invalid' }))
  })
})
