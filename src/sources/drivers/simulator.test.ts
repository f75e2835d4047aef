import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { silentLogger } from '../../core/logger.ts'
import { energyOf, parsePower } from '../../core/power.ts'
import { sourceContext } from '../context.ts'
import { simulatedEnergy } from '../simulated-energy.ts'
import { source } from './simulator.ts'

const peak = parsePower('10 kW')
const day = 86_400_000
const noon = Date.UTC(2024, 5, 21, 12)
const signal = new AbortController().signal

function open(options: object, now: () => number) {
  const clock = { now, monotonic: now, after: () => () => undefined }
  return source.open(
    { profile: 'solar', peak: '10 kW', ...options },
    sourceContext({ clock, log: silentLogger }),
  )
}

const plant = fc.record({
  profile: fc.constantFrom('solar' as const, 'load' as const),
  seed: fc.nat(),
  peak: fc.constant(peak),
})
const instant = fc.integer({ min: Date.UTC(2023, 11, 30), max: Date.UTC(2034, 0) })

describe('simulated energy', () => {
  it('never falls and never grows faster than its peak', () => {
    fc.assert(
      fc.property(plant, instant, fc.integer({ min: 0, max: 3 * day }), (one, at, pause) => {
        const energyAt = simulatedEnergy(one)
        const delta = energyAt(at + pause) - energyAt(at)
        return delta >= 0n && delta <= energyOf(peak, pause) + 1n
      }),
      { numRuns: 2_000 },
    )
  })
  it('is a function of time and seed, whoever asks and in whatever order', () => {
    fc.assert(
      fc.property(plant, fc.array(instant, { minLength: 2, maxLength: 5 }), (one, times) => {
        const forwards = times.map(simulatedEnergy(one))
        const backwards = times
          .toReversed()
          .map(simulatedEnergy({ ...one }))
          .toReversed()
        return forwards.every((energy, index) => energy === backwards[index])
      }),
    )
  })
  it('rests at night when it is solar, works at noon, and differs from day to day and seed to seed', () => {
    const energyAt = simulatedEnergy({ profile: 'solar', seed: 7, peak })
    expect(energyAt(noon + 15 * 3_600_000) - energyAt(noon + 9 * 3_600_000)).toBe(0n)
    expect(energyAt(noon + 3_600_000) - energyAt(noon)).toBeGreaterThan(
      energyOf(parsePower('1 kW'), 3_600_000),
    )
    const days = Array.from(
      { length: 10 },
      (_, i) => energyAt(noon + (i + 1) * day) - energyAt(noon + i * day),
    )
    expect(new Set(days).size).toBe(10)
    expect(simulatedEnergy({ profile: 'solar', seed: 8, peak })(noon)).not.toBe(energyAt(noon))
  })
  it('begins at zero', () => {
    const energyAt = simulatedEnergy({ profile: 'load', seed: 1, peak, start: Date.UTC(2024, 0, 1) })
    expect(energyAt(Date.UTC(2024, 0, 1))).toBe(0n)
    expect(energyAt(Date.UTC(2023, 0, 1))).toBe(0n)
    expect(energyAt(Date.UTC(2024, 0, 1, 0, 1))).toBeGreaterThan(0n)
  })
})

describe('the simulator', () => {
  it('reports a counter of the channel that its profile has, and no other', async () => {
    const solar = open({ seed: 3 }, () => noon)
    const { readings } = await solar.read({ channel: 'export', signal })
    expect(readings).toMatchObject([
      { channel: 'export', kind: 'counter', measuredAt: noon, device: { serial: 'SIM-3' } },
    ])
    expect(readings[0]?.energy).toBe(simulatedEnergy({ profile: 'solar', seed: 3, peak })(noon))
    await expect(solar.read({ channel: 'import', signal })).rejects.toMatchObject({
      code: 'source-not-found',
    })
  })
  it('reports intervals that add up to the counter, each once', async () => {
    let now = noon + 1
    const solar = open({ value: 'interval', interval: '5m' }, () => now)
    const readings = [...(await solar.read({ channel: 'export', signal })).readings]
    expect(readings).toHaveLength(1)
    now += 3 * 3_600_000 + 123
    const since = readings.at(-1)?.measuredAt ?? 0
    readings.push(...(await solar.read({ channel: 'export', signal, since })).readings)
    expect(
      (await solar.read({ channel: 'export', signal, since: readings.at(-1)?.measuredAt ?? 0 })).readings,
    ).toEqual([])
    expect(readings).toHaveLength(37)
    const energyAt = simulatedEnergy({ profile: 'solar', seed: 1, peak })
    const sum = readings.reduce((total, { energy }) => total + energy, 0n)
    expect(sum).toBe(energyAt(noon + 3 * 3_600_000) - energyAt(noon - 300_000))
  })
  it('has faults when told so', async () => {
    const resetAt = '2024-06-21T11:00:00Z'
    const { readings } = await open({ faults: { resetAt } }, () => Date.parse(resetAt)).read({
      channel: 'export',
      signal,
    })
    expect(readings[0]?.energy).toBe(0n)
    const silent = open({ faults: { unreachable: 1 } }, () => noon)
    await expect(silent.read({ channel: 'export', signal })).rejects.toMatchObject({
      code: 'source-unreachable',
    })
  })
})
