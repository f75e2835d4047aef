import { describe, expect, test } from 'vitest'
import { MemoryLog } from '../../test/gateway/memory-log.ts'
import { EnergywebError } from '../core/errors.ts'
import type { Ledger } from '../core/ledger.ts'
import { type Logger, silentLogger } from '../core/logger.ts'
import type { Signer } from '../core/signer.ts'
import type { Source } from '../core/source.ts'
import { task } from '../dispatcher/index.ts'
import { fakeReading, fakeSource } from '../testing/fake-source.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import type { GatewayAsset } from './asset.ts'
import type { GatewayEvent } from './events.ts'
import { GatewayApp } from './gateway-app.ts'
import type { GatewayOptions } from './gateway-options.ts'

const minute = 60_000
const wattHour = 3_600_000n

interface Setup {
  readonly asset?: Partial<GatewayAsset>
  readonly options?: Partial<GatewayOptions>
  readonly log?: MemoryLog
  readonly clock?: VirtualClock
}

/** A gateway of one asset, `roof`, read every minute, on a virtual clock. */
function start(source: Source, { asset, options, ...given }: Setup = {}) {
  const clock = given.clock ?? new VirtualClock()
  const log = given.log ?? new MemoryLog(() => clock.now())
  const events: GatewayEvent[] = []
  const app = new GatewayApp({
    clock,
    log: silentLogger,
    random: () => 0.5,
    openLog: async () => log,
    assets: [{ name: 'roof', source, channel: 'export', every: '1m', ...asset }],
    onGatewayEvent: event => events.push(event),
    ...options,
  })
  const end = new AbortController()
  const running = app.run({ signal: end.signal, signals: false })
  // Whoever awaits stop() is told.
  running.catch(() => undefined)
  const stop = async () => {
    end.abort()
    await settle()
    await running
  }
  return { app, clock, log, events, stop, running }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise(resolve => setImmediate(resolve))
}

/** A meter that counts 1 Wh a minute; it answers with an error while `trouble` is set. */
function meter(clock: VirtualClock) {
  const state: { trouble: EnergywebError | undefined; frozenAt: number | undefined } = {
    trouble: undefined,
    frozenAt: undefined,
  }
  const start = clock.now()
  const source = fakeSource()
  const read: Source['read'] = async request => {
    await source.read(request)
    if (state.trouble !== undefined) throw state.trouble
    const measuredAt = state.frozenAt ?? clock.now()
    const energy = 100n * wattHour + (BigInt(measuredAt - start) * wattHour) / BigInt(minute)
    return { readings: [fakeReading({ energy, measuredAt })], warnings: [] }
  }
  return { state, source, meter: { ...source, read } }
}

const timeout = () => new EnergywebError('source-timeout', 'roof: no answer', { retryable: true })
const unreachable = () => new EnergywebError('source-unreachable', 'roof: refused', { retryable: true })

describe('silence', () => {
  test('an outage is one gap at its beginning, and readings go on after it (U7)', async () => {
    // Fails when a failed poll records a reading, or when Silence.begin() forgets that the outage was written.
    const clock = new VirtualClock()
    const { meter: source, state } = meter(clock)
    const { log, stop, events } = start(source, { clock })
    await clock.advance(2 * minute)
    const before = (await log.register('roof')).total
    const lastInstant = (await log.register('roof')).since
    state.trouble = timeout()
    await clock.advance(30 * minute)
    state.trouble = undefined
    await clock.advance(10 * minute)
    await stop()
    expect(log.kinds('roof').filter(kind => kind === 'gap')).toHaveLength(1)
    expect(log.documents('roof', 'gap')[0]).toMatchObject({
      reason: 'source-timeout',
      detail: 'roof: no answer',
      to: null,
    })
    expect(log.documents('roof', 'gap')[0]?.from).toBe(new Date(lastInstant ?? 0).toISOString())
    const after = (await log.register('roof')).total
    expect(after).toBeGreaterThan(before)
    expect(log.documents('roof', 'reading').every(document => document.energy !== 0n)).toBe(true)
    expect(events.map(event => event.type).filter(type => type.startsWith('outage'))).toEqual([
      'outage-began',
      'outage-ended',
    ])
  })

  test('a new reason in the same outage is a gap of its own', async () => {
    const clock = new VirtualClock()
    const { meter: source, state } = meter(clock)
    const { log, stop } = start(source, { clock })
    await clock.advance(minute)
    state.trouble = timeout()
    await clock.advance(10 * minute)
    state.trouble = unreachable()
    await clock.advance(20 * minute)
    await stop()
    expect(log.documents('roof', 'gap').map(gap => gap.reason)).toEqual([
      'source-timeout',
      'source-unreachable',
    ])
  })

  test('an outage that outlasts the gateway is not written twice', async () => {
    const clock = new VirtualClock()
    const { meter: source, state } = meter(clock)
    const first = start(source, { clock })
    await clock.advance(minute)
    state.trouble = timeout()
    await clock.advance(5 * minute)
    await first.stop()
    const second = start(source, { clock, log: first.log })
    await clock.advance(5 * minute)
    expect((await second.app.status()).assets[0]?.outage).toMatchObject({ reason: 'source-timeout' })
    await second.stop()
    expect(first.log.documents('roof', 'gap')).toHaveLength(1)
  })

  test("the gateway's own downtime is a gap from the last reading to the next", async () => {
    const clock = new VirtualClock()
    const { meter: source } = meter(clock)
    const first = start(source, { clock })
    await clock.advance(minute)
    await first.stop()
    const last = (await first.log.register('roof')).since ?? 0
    await clock.advance(60 * minute)
    const back = clock.now()
    const second = start(source, { clock, log: first.log })
    await clock.advance(5 * minute)
    await second.stop()
    expect(first.log.documents('roof', 'gap')).toEqual([
      {
        reason: 'gateway-down',
        detail: expect.any(String),
        from: new Date(last).toISOString(),
        to: new Date(back).toISOString(),
      },
    ])
    expect(first.log.kinds('roof').at(-1)).toBe('reading')
  })

  test('a restart within one interval and a half leaves no gap', async () => {
    const clock = new VirtualClock()
    const { meter: source } = meter(clock)
    const first = start(source, { clock })
    await clock.advance(minute)
    await first.stop()
    const second = start(source, { clock, log: first.log })
    await clock.advance(minute)
    await second.stop()
    expect(first.log.kinds('roof')).not.toContain('gap')
  })

  test('intervals that fill the downtime whole leave no gap; a hole between them is one', async () => {
    const clock = new VirtualClock()
    const begin = clock.now()
    const interval = (from: number, to: number) =>
      fakeReading({ energy: wattHour, from: begin + from * minute, measuredAt: begin + to * minute })
    const first = start(fakeSource([interval(-1, 0)]), { clock })
    await clock.advance(1_000)
    await first.stop()
    await clock.advance(10 * minute)
    const second = start(fakeSource([interval(0, 5), interval(5, 10)]), { clock, log: first.log })
    await clock.advance(1_000)
    await second.stop()
    expect(first.log.kinds('roof')).not.toContain('gap')
    await clock.advance(20 * minute)
    const third = start(fakeSource([interval(12, 30)]), { clock, log: first.log })
    await clock.advance(1_000)
    await third.stop()
    expect(first.log.documents('roof', 'gap')).toMatchObject([
      { from: new Date(begin + 10 * minute).toISOString(), to: new Date(begin + 12 * minute).toISOString() },
    ])
  })

  test('a clock that is put forward is no downtime: the meter went on in its usual time', async () => {
    const clock = new VirtualClock()
    const { meter: source } = meter(clock)
    const begin = clock.now()
    const own: Source = {
      ...source,
      async read(request) {
        const { readings } = await source.read(request)
        const measuredAt = begin + Math.floor(clock.monotonic())
        return { readings: readings.map(reading => ({ ...reading, measuredAt })), warnings: [] }
      },
    }
    const { log, stop } = start(own, { clock })
    await clock.advance(5 * minute)
    clock.jumpWallClock(60 * minute)
    await clock.advance(5 * minute)
    await stop()
    expect(log.kinds('roof')).not.toContain('gap')
  })

  test('a clock that is put back is told as a gap, for nothing is counted until it has caught up', async () => {
    const clock = new VirtualClock()
    const { meter: source } = meter(clock)
    const { log, stop } = start(source, { clock })
    await clock.advance(5 * minute)
    clock.jumpWallClock(-60 * minute)
    await clock.advance(65 * minute)
    await stop()
    expect(log.documents('roof', 'gap').map(gap => gap.reason)).toEqual(['clock'])
    expect(log.documents('roof', 'reading').at(-1)?.status).toBe('counted')
  })

  test('an interval that a source leaves out is a gap, though every poll took place', async () => {
    const clock = new VirtualClock()
    const begin = clock.now()
    const source = fakeSource()
    const leavesOut: Source = {
      ...source,
      async read() {
        const ends = Math.floor((clock.now() - begin) / minute)
        const measuredAt = begin + ends * minute
        const reading = fakeReading({ energy: wattHour, from: measuredAt - minute, measuredAt })
        return { readings: ends === 3 ? [] : [reading], warnings: [] }
      },
    }
    const { log, stop } = start(leavesOut, { clock })
    await clock.advance(10 * minute)
    await stop()
    expect(log.documents('roof', 'gap')).toMatchObject([
      {
        reason: 'source-hole',
        from: new Date(begin + 2 * minute).toISOString(),
        to: new Date(begin + 3 * minute).toISOString(),
      },
    ])
  })

  test('intervals left out in the midst of an answer are gaps, what is said again is none', async () => {
    const clock = new VirtualClock()
    const begin = clock.now()
    const left = new Set([3, 4, 7])
    const source = fakeSource()
    const history: Source = {
      ...source,
      // Every poll says all there was, but nothing is published before the tenth minute.
      async read() {
        const ends = Math.floor((clock.now() - begin) / minute)
        const readings = ends < 10 ? [] : Array.from({ length: ends }, (_, i) => i + 1)
        const said = readings.filter(end => !left.has(end)).map(end => begin + end * minute)
        return {
          readings: said.map(measuredAt =>
            fakeReading({ energy: wattHour, from: measuredAt - minute, measuredAt }),
          ),
          warnings: [],
        }
      },
    }
    const { log, stop } = start(history, { clock })
    await clock.advance(13 * minute)
    await stop()
    const at = (end: number) => new Date(begin + end * minute).toISOString()
    const holes = log.documents('roof', 'gap').filter(gap => gap.reason === 'source-hole')
    expect(holes.map(({ from, to }) => [from, to])).toEqual([
      [at(2), at(4)],
      [at(6), at(7)],
    ])
  })

  test('a source in pieces does not fill the log: its sixteenth hole is the last', async () => {
    const clock = new VirtualClock()
    const begin = clock.now()
    const source = fakeSource()
    const pieces: Source = {
      ...source,
      async read() {
        const ends = Array.from({ length: 100 }, (_, i) => begin - (200 - 2 * i) * 1_000)
        const readings = ends.map(measuredAt =>
          fakeReading({ energy: wattHour, from: measuredAt - 1_000, measuredAt }),
        )
        return { readings, warnings: [] }
      },
    }
    const { log, stop } = start(pieces, { clock })
    await clock.advance(1_000)
    await stop()
    const holes = log.documents('roof', 'gap')
    expect(holes).toHaveLength(16)
    expect(holes.at(-1)).toMatchObject({ to: new Date(begin - 3_000).toISOString() })
  })

  test('an empty answer is no failure, until the next reading is overdue', async () => {
    const clock = new VirtualClock()
    const source = fakeSource([fakeReading({ energy: wattHour, measuredAt: clock.now() })])
    const { log, stop, app } = start(source, { clock })
    await clock.advance(80_000)
    expect(source.requests.length).toBeGreaterThan(1)
    expect(log.kinds('roof')).not.toContain('gap')
    await clock.advance(10 * minute)
    expect(log.documents('roof', 'gap').map(gap => gap.reason)).toEqual(['source-empty'])
    expect(app.statistics().find(({ name }) => name === 'poll roof')?.failures).toBe(0)
    await stop()
  })

  test('a meter whose display is frozen falls silent too', async () => {
    const clock = new VirtualClock()
    const { meter: source, state } = meter(clock)
    const { log, stop } = start(source, { clock })
    await clock.advance(5 * minute)
    state.frozenAt = clock.now()
    await clock.advance(10 * minute)
    await stop()
    expect(log.documents('roof', 'gap').map(gap => gap.reason)).toEqual(['source-empty'])
  })

  test('a source that publishes every hour is not late when it is asked every minute', async () => {
    const clock = new VirtualClock()
    const begin = clock.now()
    const source = fakeSource()
    const hourly: Source = {
      ...source,
      async read() {
        const hours = Math.floor((clock.now() - begin) / (60 * minute))
        const measuredAt = begin + hours * 60 * minute
        return {
          readings: [fakeReading({ energy: wattHour, from: measuredAt - 60 * minute, measuredAt })],
          warnings: [],
        }
      },
    }
    const { log, stop } = start(hourly, { clock })
    await clock.advance(5 * 60 * minute + 2 * minute)
    await stop()
    expect(log.kinds('roof')).not.toContain('gap')
    expect(log.kinds('roof').filter(kind => kind === 'reading')).toHaveLength(6)
  })

  test('a driver that ignores its signal is given up at the deadline', async () => {
    const clock = new VirtualClock()
    const hanging: Source = { ...fakeSource(), read: () => new Promise(() => undefined) }
    const { log, stop, app } = start(hanging, { clock, asset: { deadline: '10s' } })
    await clock.advance(11_000)
    expect(log.documents('roof', 'gap')).toMatchObject([{ reason: 'source-timeout' }])
    await clock.advance(10 * minute)
    expect((await app.status()).assets[0]?.polls).toBeGreaterThan(3)
    await stop()
  })

  test('the end of the gateway in the middle of a read is no gap', async () => {
    const clock = new VirtualClock()
    const hanging: Source = { ...fakeSource(), read: () => new Promise(() => undefined) }
    const { log, stop } = start(hanging, { clock })
    await clock.advance(5_000)
    await stop()
    expect(log.kinds('roof')).toEqual([])
  })
})

describe('readings', () => {
  test('the interval after the newest one logged is asked for', async () => {
    const clock = new VirtualClock()
    const begin = clock.now()
    const source = fakeSource([fakeReading({ energy: 1n, from: begin - 900_000, measuredAt: begin })])
    const { stop } = start(source, { clock })
    await clock.advance(2 * minute)
    await stop()
    expect(source.requests.map(({ since }) => since)).toEqual([undefined, begin, begin])
  })

  test('a held reading is announced and counted nowhere', async () => {
    const warnings: string[] = []
    const logger: Logger = { ...silentLogger, warn: (_, message) => void warnings.push(message) }
    const clock = new VirtualClock()
    const source = fakeSource(
      [fakeReading({ energy: 5n * wattHour, measuredAt: clock.now() })],
      [fakeReading({ energy: 1n * wattHour, measuredAt: clock.now() + 30_000 })],
    )
    const { events, app, stop } = start(source, { clock, options: { log: logger } })
    await clock.advance(minute)
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'reading-held', asset: 'roof', reason: 'fall' }),
    )
    expect(warnings.join('\n')).toContain('roof: a reading is held (fall)')
    expect((await app.status()).assets[0]?.register).toMatchObject({ total: 0n, heldReadings: 1 })
    await stop()
  })

  test('provenance names the driver and every exception from the TLS rule', async () => {
    const clock = new VirtualClock()
    const source = {
      ...fakeSource([fakeReading({ energy: 1n, measuredAt: clock.now() })]),
      exceptions: ['lan-http: no TLS'],
    }
    const { log, stop } = start(source, { clock })
    await clock.advance(1_000)
    await stop()
    expect(log.documents('roof', 'reading')[0]?.provenance).toBe('fake; lan-http: no TLS')
  })
})

describe('the log fails', () => {
  test('polls go on, nothing is acknowledged, and after recovery the hole is a gap before the next reading', async () => {
    const clock = new VirtualClock()
    const { meter: source, source: asked } = meter(clock)
    const { log, stop, app, events } = start(source, { clock })
    await clock.advance(3 * minute)
    const kept = log.kinds('roof').length
    const polls = asked.requests.length
    log.break()
    // Somebody else's write finds the fault, so that this asset's next poll comes while the log is being opened anew.
    await expect(log.openStream({ name: 'garden' })).rejects.toMatchObject({ code: 'log-io' })
    await clock.advance(60 * minute)
    expect(log.kinds('roof')).toHaveLength(kept)
    expect((await app.status()).logTrouble).toContain('no space left')
    expect(asked.requests.length - polls).toBeGreaterThanOrEqual(59)
    log.mend()
    await clock.advance(7 * minute)
    await stop()
    expect(log.kinds('roof')[kept]).toBe('gap')
    expect(log.documents('roof', 'gap')).toMatchObject([{ reason: 'log-io' }])
    expect(log.kinds('roof').at(-1)).toBe('reading')
    expect((await log.register('roof')).total).toBeGreaterThanOrEqual(65n * wattHour)
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['log-failed', 'log-recovered']))
  })

  test('recovery is tried again until the disk is well, never in a hot loop', async () => {
    const clock = new VirtualClock()
    const { meter: source } = meter(clock)
    const { log, stop } = start(source, { clock })
    await clock.advance(minute)
    log.break()
    await clock.advance(60 * minute)
    await stop()
    const tries = log.calls.filter(call => call === 'recover').length
    expect(tries).toBeGreaterThan(5)
    expect(tries).toBeLessThan(40)
  })
})

function fakeLedger(work: Ledger['work'], calls: string[] = []): Ledger {
  return {
    name: 'origin',
    kind: 'fake',
    work,
    status: async () => [],
    close: async () => void calls.push('ledger'),
  }
}

describe('ledgers', () => {
  test('polls go on while a ledger hangs and no key is there', async () => {
    const clock = new VirtualClock()
    const { meter: source, source: asked } = meter(clock)
    const { stop } = start(source, {
      clock,
      options: {
        ledgers: [
          { name: 'hangs', open: async () => fakeLedger(() => new Promise(() => undefined)) },
          { name: 'never-opens', open: () => new Promise(() => undefined) },
        ],
        checkpoint: {
          origin: 'example.org/roof',
          signer: () => new Promise(() => undefined),
          store: () => ({ checkpoint: async () => undefined, uncovered: async () => 0 }),
          every: '1m',
        },
      },
    })
    await clock.advance(1_000)
    expect(asked.requests).toHaveLength(1)
    await clock.advance(60 * minute)
    expect(asked.requests.length).toBeGreaterThanOrEqual(60)
    const stopping = stop()
    stopping.catch(() => undefined)
    await settle()
    await clock.advance(60_000)
    await expect(stopping).rejects.toMatchObject({ code: 'app-failed' })
  })

  test('a failing ledger does not stop polls, comes back by itself and says why it stood still', async () => {
    const clock = new VirtualClock()
    const { meter: source, source: asked } = meter(clock)
    let down = true
    let turns = 0
    const work = async () => {
      turns++
      if (down) throw new EnergywebError('network-unreachable', 'the node is away', { retryable: true })
    }
    const { app, stop } = start(source, {
      clock,
      options: { ledgers: [{ name: 'origin', open: async () => fakeLedger(work) }] },
    })
    await clock.advance(60 * minute)
    expect((await app.status()).ledgers[0]).toMatchObject({ ledger: 'origin', trouble: 'the node is away' })
    expect(turns).toBeLessThan(60)
    expect(asked.requests.length).toBeGreaterThanOrEqual(60)
    down = false
    await clock.advance(6 * minute)
    expect((await app.status()).ledgers[0]).toMatchObject({
      trouble: undefined,
      lastTurn: expect.any(Number),
    })
    await stop()
  })

  test('a new entry gives its ledger a turn at once, and a burst gives one', async () => {
    const clock = new VirtualClock()
    const { meter: source } = meter(clock)
    let turns = 0
    const ledger = fakeLedger(async () => void turns++)
    const { log, stop } = start(source, {
      clock,
      options: { ledgers: [{ name: 'origin', open: async () => ledger, every: '1h', streams: ['roof'] }] },
    })
    await clock.advance(10_000)
    const before = turns
    await log.openStream({ name: 'other' })
    await log.append('other', 'note', {})
    await clock.advance(5_000)
    expect(turns).toBe(before)
    for (let i = 0; i < 50; i++) await log.append('roof', 'note', {})
    await clock.advance(1_000)
    expect(turns - before).toBeGreaterThanOrEqual(1)
    expect(turns - before).toBeLessThanOrEqual(2)
    await stop()
  })
})

test('everything is closed in order: the ledger turn, the checkpoint, sources, ledgers, the log', async () => {
  const clock = new VirtualClock()
  const calls: string[] = []
  const log = new MemoryLog(() => clock.now())
  const closeLog = log.close.bind(log)
  log.close = async () => {
    calls.push('log')
    await closeLog()
  }
  const source: Source = {
    ...fakeSource([fakeReading({ energy: 1n, measuredAt: clock.now() })]),
    close: async () => {
      calls.push('source')
      throw new EnergywebError('internal', 'the source would not close')
    },
  }
  const work: Ledger['work'] = ({ signal }) =>
    new Promise(resolve =>
      signal.addEventListener('abort', () => {
        calls.push('turn')
        resolve()
      }),
    )
  const signer: Signer = {
    algorithms: ['ed25519'],
    publicKey: () => new Uint8Array(32),
    sign: async () => new Uint8Array(64),
  }
  const { stop } = start(source, {
    clock,
    log,
    options: {
      ledgers: [{ name: 'origin', open: async () => fakeLedger(work, calls) }],
      checkpoint: {
        origin: 'example.org/roof',
        signer: async () => signer,
        store: () => ({
          checkpoint: async ({ origin }) => {
            calls.push('checkpoint')
            return origin
          },
          uncovered: async () => 0,
        }),
      },
      close: async () => void calls.push('rest'),
    },
  })
  await clock.advance(1_000)
  await expect(stop()).rejects.toThrow('the source would not close')
  expect(calls).toEqual(['turn', 'checkpoint', 'source', 'ledger', 'rest', 'log'])
})

test('a subclass adds tasks, assets and ledgers of its own and need not call anything of its parent', async () => {
  const clock = new VirtualClock()
  const log = new MemoryLog(() => clock.now())
  const { meter: source } = meter(clock)
  const did: string[] = []
  class MyGateway extends GatewayApp {
    override prepare() {
      did.push('prepare')
    }
    override configure() {
      this.addAsset({ name: 'garden', source, channel: 'export', every: '1m' })
      this.addTask(task({ every: '1m', run: () => void did.push('task') }))
    }
    override finish() {
      did.push('finish')
    }
  }
  const app = new MyGateway({ clock, log: silentLogger, openLog: async () => log })
  const end = new AbortController()
  const running = app.run({ signal: end.signal, signals: false })
  await clock.advance(1_000)
  end.abort()
  await running
  expect(did).toEqual(['prepare', 'task', 'finish'])
  expect(log.kinds('garden')).toEqual(['opening', 'reading'])
  expect(log.calls).toEqual(['close'])
})

test('two assets of one name are refused', () => {
  const clock = new VirtualClock()
  const asset = { name: 'roof', source: fakeSource(), channel: 'export', every: '1m' } as const
  const openLog = async () => new MemoryLog(() => clock.now())
  expect(() => new GatewayApp({ clock, openLog, assets: [asset, asset] })).toThrow('an asset "roof" already')
})

test('a gateway without anything to do says so', async () => {
  const clock = new VirtualClock()
  const app = new GatewayApp({
    clock,
    log: silentLogger,
    openLog: async () => new MemoryLog(() => clock.now()),
  })
  await expect(app.run({ signals: false })).rejects.toMatchObject({ code: 'app-empty' })
})
