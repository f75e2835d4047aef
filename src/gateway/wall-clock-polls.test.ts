import { expect, test } from 'vitest'
import { MemoryLog } from '../../test/gateway/memory-log.ts'
import { silentLogger } from '../core/logger.ts'
import type { Source } from '../core/source.ts'
import { cron } from '../dispatcher/index.ts'
import { fakeReading, fakeSource } from '../testing/fake-source.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { GatewayApp } from './gateway-app.ts'

const minute = 60_000
const hour = 60 * minute
const zone = 'Europe/Vienna'

/** A counter that rises by 1 Wh a minute, until it is frozen; it answers some seconds of its own clock before it is asked. */
function meter(clock: VirtualClock, skew = 0) {
  const start = clock.now()
  const state: { frozenAt: number | undefined } = { frozenAt: undefined }
  const read: Source['read'] = async () => {
    const measuredAt = state.frozenAt ?? clock.now() - skew
    const energy = 1_000_000_000n + (BigInt(measuredAt - start) * 3_600_000n) / BigInt(minute)
    return { readings: [fakeReading({ energy, measuredAt })], warnings: [] }
  }
  return { state, source: { ...fakeSource(), read } }
}

function start(
  source: Source,
  { clock, pattern, log }: { clock: VirtualClock; pattern: string; log?: MemoryLog },
) {
  const kept = log ?? new MemoryLog(() => clock.now())
  const trigger = cron(pattern, { zone })
  const app = new GatewayApp({
    clock,
    log: silentLogger,
    random: () => 0.5,
    openLog: async () => kept,
    assets: [{ name: 'roof', source, channel: 'export', trigger }],
  })
  const end = new AbortController()
  const running = app.run({ signal: end.signal, signals: false })
  const stop = async () => {
    end.abort()
    await clock.advance(1)
    await running
  }
  const times = () =>
    kept.documents('roof', 'reading').map(({ measuredAt }) => String(measuredAt).slice(11, 19))
  return { log: kept, stop, times }
}

test('an asset is read on the dot, whenever the gateway was started', async () => {
  const clock = new VirtualClock({ start: Date.UTC(2024, 4, 1, 8, 7, 13) })
  const { stop, times } = start(meter(clock).source, { clock, pattern: '*/15 * * * *' })
  await clock.advance(hour)
  await stop()
  expect(times()).toEqual(['08:15:00', '08:30:00', '08:45:00', '09:00:00'])
})

test('a day of 25 hours has a hundred quarter hours, and no gap', async () => {
  const clock = new VirtualClock({ start: Date.UTC(2024, 9, 26, 22) })
  const { log, stop, times } = start(meter(clock).source, { clock, pattern: '*/15 * * * *' })
  await clock.advance(25 * hour)
  await stop()
  expect(times()).toHaveLength(100)
  expect(log.documents('roof', 'gap')).toEqual([])
})

// Fails when a rhythm is the wait before the reading alone.
test.each([0, 2_000])(
  'a night in which nothing is read is no silence (its clock is %d ms behind)',
  async skew => {
    const clock = new VirtualClock({ start: Date.UTC(2024, 4, 1, 5) })
    const { source } = meter(clock, skew)
    const pattern = '0 8-18 * * *'
    const { log, stop, times } = start(source, { clock, pattern })
    await clock.advance(42 * hour)
    await stop()
    // Begun anew at night, it knows the last reading only, which may be of a moment just before its slot.
    const again = start(source, { clock, pattern, log })
    await clock.advance(30 * hour)
    await again.stop()
    expect(times()).toHaveLength(33)
    expect(log.documents('roof', 'gap')).toEqual([])
  },
)

test('slots that pass while the gateway is down are a gap; a restart between two slots is none', async () => {
  const clock = new VirtualClock({ start: Date.UTC(2024, 4, 1, 8) })
  const { source } = meter(clock)
  const pattern = '*/15 * * * *'
  const first = start(source, { clock, pattern })
  await clock.advance(20 * minute)
  await first.stop()
  await clock.advance(5 * minute)
  const second = start(source, { clock, pattern, log: first.log })
  await clock.advance(20 * minute)
  await second.stop()
  expect(first.log.documents('roof', 'gap')).toEqual([])
  await clock.advance(2 * hour)
  const third = start(source, { clock, pattern, log: first.log })
  await clock.advance(20 * minute)
  await third.stop()
  expect(first.log.documents('roof', 'gap')).toMatchObject([
    { reason: 'gateway-down', from: '2024-05-01T08:45:00.000Z', to: '2024-05-01T11:00:00.000Z' },
  ])
})

test('a display that stands still falls silent', async () => {
  const clock = new VirtualClock({ start: Date.UTC(2024, 4, 1, 8) })
  const { source, state } = meter(clock)
  const { log, stop } = start(source, { clock, pattern: '*/15 * * * *' })
  await clock.advance(hour)
  state.frozenAt = clock.now()
  await clock.advance(3 * hour)
  await stop()
  expect(log.documents('roof', 'gap')).toMatchObject([{ reason: 'source-empty', to: null }])
})
