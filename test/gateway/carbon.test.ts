import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { CarbonRequest, CarbonSource } from '../../src/core/carbon.ts'
import { EnergywebError } from '../../src/core/errors.ts'
import { silentLogger } from '../../src/core/logger.ts'
import { GatewayApp, type GatewayAsset, type GatewayEvent } from '../../src/gateway/index.ts'
import { checkLog, type LogStore, openLog } from '../../src/storage/index.ts'
import { fakeReading, fakeSource } from '../../src/testing/fake-source.ts'
import { VirtualClock } from '../../src/testing/virtual-clock.ts'

/*
 * The gateway with the real log and a carbon service that does what it is told. Meters count 1 kWh a minute, and a grid
 * emits as many g/kWh as its minute has.
 */

const minute = 60_000
const gram = 10n ** 9n
const kilowattHour = 3_600_000_000n

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'energyweb-carbon-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const eventually = <Value>(look: () => Value | Promise<Value>) =>
  vi.waitFor(look, { timeout: 15_000, interval: 20 })

/** The log has a thread of its own: between two timers all that was asked of it, and what follows from that, is answered. */
async function settle(log: LogStore | undefined): Promise<void> {
  for (let round = 0; round < 8; round++) {
    await new Promise(resolve => setImmediate(resolve))
    // Once it is closed nothing waits for it.
    await log?.head().catch(() => undefined)
  }
}

function service(start: number) {
  const state = {
    trouble: undefined as EnergywebError | 'hang' | undefined,
    /** Nothing is known of the time from here on. */
    publishedUntil: Number.POSITIVE_INFINITY,
    /** What begins before is out of reach. */
    reachesBackTo: Number.NEGATIVE_INFINITY,
    requests: [] as CarbonRequest[],
    basis: 'marginal' as 'marginal' | 'average',
    closed: 0,
  }
  const source: CarbonSource = {
    kind: 'test-service',
    basis: 'marginal',
    exceptions: [],
    async read(request) {
      state.requests.push(request)
      if (state.trouble === 'hang') return new Promise(() => undefined)
      if (state.trouble !== undefined) throw state.trouble
      if (request.from < state.reachesBackTo) throw new EnergywebError('source-failed', 'too long ago')
      const raw = {
        bytes: new TextEncoder().encode(`answer ${state.requests.length}`),
        mediaType: 'text/plain',
      }
      const intensities = []
      for (let at = Math.floor((request.from - start) / minute); start + at * minute < request.to; at++) {
        const [from, to] = [start + at * minute, start + (at + 1) * minute]
        if (to > state.publishedUntil) break
        intensities.push({
          from,
          to,
          factor: BigInt(at + 1) * 10n ** 18n,
          basis: state.basis,
          estimated: false,
          raw,
        })
      }
      return { intensities, warnings: [] }
    },
    async close() {
      state.closed += 1
    },
  }
  return { state, source }
}

function meter(clock: VirtualClock, start: number) {
  const source = fakeSource()
  return {
    ...source,
    read: async () => {
      const measuredAt = clock.now()
      const energy = 100n * kilowattHour + (BigInt(measuredAt - start) * kilowattHour) / BigInt(minute)
      return { readings: [fakeReading({ energy, measuredAt })], warnings: [] }
    },
  }
}

async function gateway(assets: readonly string[], wait: `${number}m` = '5m') {
  let log: LogStore | undefined
  const clock = new VirtualClock({ settle: () => settle(log) })
  const start = clock.now()
  const { state, source } = service(start)
  const events: GatewayEvent[] = []
  const opened = () => {
    if (log === undefined) throw new Error('not open')
    return log
  }
  const app = new GatewayApp({
    clock,
    log: silentLogger,
    random: () => 0.5,
    openLog: async () => {
      log = await openLog({ folder, clock })
      return log
    },
    carbonLog: opened,
    assets: assets.map(
      (name): GatewayAsset => ({
        name,
        source: meter(clock, start),
        channel: 'export',
        every: '1m',
        aligned: true,
        carbon: { source, wait },
      }),
    ),
    onGatewayEvent: event => events.push(event),
  })
  const end = new AbortController()
  const running = app.run({ signal: end.signal, signals: false })
  await eventually(() => opened())
  const stop = async () => {
    end.abort()
    await running
  }
  const carbon = async (asset = 'roof') =>
    (await app.status()).assets.find(one => one.asset === asset)?.carbon
  return { app, clock, state, log: opened, stop, carbon, events }
}

describe('a gateway that counts CO2', () => {
  test('prices each rise with the factor of its own time, for all assets of a service together', async () => {
    const { clock, state, stop, carbon, log } = await gateway(['roof', 'barn'])
    await clock.advance(4 * minute + 20_000)
    // 1 kWh each in the minutes 1 to 4, at 1, 2, 3 and 4 g/kWh.
    await eventually(async () => {
      expect((await carbon())?.register).toMatchObject({ total: 10n * gram, waiting: 0, basis: 'marginal' })
      expect((await carbon('barn'))?.register?.total).toBe(10n * gram)
    })
    expect(state.requests.length).toBeLessThanOrEqual(8)
    const documents = (await log().entries('roof/carbon', { after: 0, limit: 9 })).map(
      ({ document }) => document,
    )
    expect(documents.map(document => document?.factor)).toEqual([1n, 2n, 3n, 4n].map(n => n * 10n ** 18n))
    await stop()
    expect(state.closed).toBe(1)
    expect(await checkLog({ folder })).toMatchObject({ ok: true, firstBad: undefined })
  }, 30_000)

  test('says once that a service is silent, goes on reading, and fills in what was missing', async () => {
    const { clock, state, stop, carbon, log, events } = await gateway(['roof'])
    await clock.advance(2 * minute + 20_000)
    state.trouble = new EnergywebError('source-unreachable', 'test: refused', { retryable: true })
    await clock.advance(9 * minute)
    await eventually(async () => expect((await carbon())?.register?.missing).toBeGreaterThan(2))
    expect((await carbon())?.trouble).toBe('source-unreachable: test: refused')
    expect(events.filter(({ type }) => type === 'carbon-missing')).toHaveLength(1)
    const readings = (await log().entries('roof', { after: -1, limit: 99 })).filter(
      ({ kind }) => kind === 'reading',
    )
    expect(readings).toHaveLength(12)
    state.trouble = undefined
    await clock.advance(10 * minute)
    await eventually(async () => {
      const register = (await carbon())?.register
      expect(register).toMatchObject({ missing: 0, waiting: 0 })
      expect(register?.total).toBe(((21n * 22n) / 2n) * gram)
    })
    expect((await carbon())?.trouble).toBeUndefined()
    const kinds = (await log().entries('roof/carbon', { after: -1, limit: 99 })).map(({ kind }) => kind)
    expect(kinds.filter(kind => kind === 'gap')).toHaveLength(1)
    expect(kinds.filter(kind => kind === 'revision').length).toBeGreaterThan(2)
    await stop()
    expect(await checkLog({ folder })).toMatchObject({ ok: true, firstBad: undefined })
  }, 30_000)

  // Fails when a failure ends the asking: the oldest time is asked for first.
  test('a time that the service can not tell keeps no other from being priced or filled in', async () => {
    const past = await openLog({ folder })
    await past.openStream({ name: 'barn' })
    await past.openCarbon({ asset: 'barn', basis: 'marginal', source: 'test-service' })
    const long = Date.UTC(2001, 0, 1)
    const first = { ...fakeReading({ energy: 1n, measuredAt: long }), receivedAt: long, provenance: 'old' }
    await past.record('barn', [first], { resolution: 0n, opening: 'zero' })
    await past.close()
    const { clock, state, stop, carbon } = await gateway(['roof', 'barn'])
    state.reachesBackTo = clock.now() - 60 * minute
    await clock.advance(4 * minute + 20_000)
    await eventually(async () => expect((await carbon())?.register?.total).toBe(10n * gram))
    state.trouble = new EnergywebError('source-unreachable', 'test: refused', { retryable: true })
    await clock.advance(9 * minute)
    state.trouble = undefined
    await clock.advance(40 * minute)
    await eventually(async () => expect((await carbon())?.register).toMatchObject({ missing: 0, waiting: 0 }))
    expect((await carbon('barn'))?.register?.missing).toBe(1)
    expect((await carbon('barn'))?.register?.waiting).toBe(0)
    await stop()
    expect(await checkLog({ folder })).toMatchObject({ ok: true, firstBad: undefined })
  }, 60_000)

  // Fails when the entry's wait is over only once the clock has come to where it was: all others wait behind it.
  test('a step from before a clock was put back waits no longer than any other', async () => {
    const ahead = Date.UTC(2050, 0, 1)
    const wrong = { now: () => ahead, monotonic: () => 0, after: () => () => undefined }
    const before = await openLog({ folder, clock: wrong })
    await before.openStream({ name: 'roof' })
    await before.openCarbon({ asset: 'roof', basis: 'marginal', source: 'test-service' })
    const long = Date.UTC(2001, 0, 1)
    const readings = [0, 1].map(n => ({
      ...fakeReading({ energy: BigInt(n), measuredAt: long + n * minute }),
      receivedAt: long + n * minute,
      provenance: 'old',
    }))
    await before.record('roof', readings, { resolution: 0n, opening: 'zero' })
    await before.close()
    const { clock, state, stop, carbon } = await gateway(['roof'])
    state.reachesBackTo = clock.now() - minute
    await clock.advance(4 * minute + 20_000)
    await eventually(async () => expect((await carbon())?.register?.missing).toBe(1))
    // The first reading of today adds what was counted since 2001: that waits its time, and the others with it.
    await clock.advance(4 * minute)
    await eventually(async () =>
      expect((await carbon())?.register).toMatchObject({ waiting: 0, missing: 2, total: 36n * gram }),
    )
    await stop()
    expect(await checkLog({ folder })).toMatchObject({ ok: true, firstBad: undefined })
  }, 60_000)

  test('waits in silence for a factor that is published late', async () => {
    const { clock, state, stop, carbon, log } = await gateway(['roof'])
    state.publishedUntil = clock.now()
    await clock.advance(3 * minute + 20_000)
    expect((await carbon())?.register).toMatchObject({ total: 0n, missing: 0 })
    state.publishedUntil = Number.POSITIVE_INFINITY
    await clock.advance(2 * minute)
    await eventually(async () => expect((await carbon())?.register?.total).toBe(15n * gram))
    const kinds = (await log().entries('roof/carbon', { after: -1, limit: 99 })).map(({ kind }) => kind)
    expect(new Set(kinds)).toEqual(new Set(['opening', 'reading']))
    await stop()
  }, 30_000)

  test('a service that hangs delays no poll; one that mixes marginal and average is not believed', async () => {
    const { clock, state, stop, carbon, log } = await gateway(['roof'], '1m')
    state.trouble = 'hang'
    await clock.advance(4 * minute + 20_000)
    const count = async () =>
      (await log().entries('roof', { after: -1, limit: 99 })).filter(({ kind }) => kind === 'reading').length
    expect(await count()).toBe(5)
    expect((await carbon())?.trouble).toMatch(/^source-timeout/)
    state.trouble = undefined
    state.basis = 'average'
    await clock.advance(8 * minute)
    expect((await carbon())?.trouble).toMatch(/^source-malformed: .*one average factor/)
    expect((await carbon())?.register?.total).toBe(0n)
    expect(await count()).toBe(13)
    await stop()
    expect(await checkLog({ folder })).toMatchObject({ ok: true, firstBad: undefined })
  }, 30_000)

  test('a register of the other basis is refused in the status; the readings go on', async () => {
    const before = await openLog({ folder })
    await before.openStream({ name: 'roof' })
    await before.openCarbon({ asset: 'roof', basis: 'average', source: 'old' })
    const limits = { resolution: 0n, opening: 'zero' } as const
    const at = Date.UTC(2023, 11, 31)
    const reading = (n: number) => ({
      ...fakeReading({ energy: BigInt(n), measuredAt: at + n * minute }),
      receivedAt: at + n * minute,
      provenance: 'old',
    })
    await before.record('roof', [reading(0), reading(1)], limits)
    const [step] = await before.carbonSteps('roof', { state: 'waiting', limit: 1 })
    const raw = { bytes: new Uint8Array(1), mediaType: 'text/plain' }
    const quote = {
      factor: 1n,
      basis: 'average',
      scope: undefined,
      estimated: true,
      raw,
      provenance: 'old',
    } as const
    await before.priceCarbon('roof', [{ sequence: step?.sequence ?? 0, quote }])
    await before.close()
    const { clock, stop, carbon, log } = await gateway(['roof'])
    await clock.advance(2 * minute + 20_000)
    expect((await carbon())?.trouble).toMatch(/has counted average factors, test-service gives marginal ones/)
    expect((await log().register('roof')).total).toBeGreaterThan(kilowattHour)
    await stop()
  }, 30_000)
})
