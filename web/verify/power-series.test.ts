import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { VerifiedReading } from '../../src/proof/evidence/verification.ts'
import { binned, binWidth, meanPower, powerSteps } from './power-series.ts'

const at = (minute: number) => new Date(Date.UTC(2024, 4, 1) + minute * 60_000).toISOString()

function reading(sequence: number, minute: number, given: Partial<VerifiedReading> = {}): VerifiedReading {
  return {
    segment: 0,
    sequence,
    kind: 'reading',
    measuredAt: at(minute),
    from: undefined,
    energy: 0n,
    total: 0n,
    status: 'counted',
    ...given,
  }
}

describe('power', () => {
  test('of counters is what the total rose by, from the boundary on', () => {
    const steps = powerSteps(
      [reading(5, 15, { total: 150n }), reading(6, 30, { total: 150n }), reading(7, 60, { total: 450n })],
      { measuredAt: at(0), total: 100n },
    )
    expect(steps.map(({ sequence, energy, from, to }) => [sequence, energy, (to - from) / 60_000])).toEqual([
      [5, 50, 15],
      [6, 0, 15],
      [7, 300, 30],
    ])
  })

  test('without a boundary begins with the second counter', () => {
    expect(powerSteps([reading(1, 0, { total: 5n }), reading(2, 15, { total: 8n })])).toHaveLength(1)
  })

  test('of intervals is their newest value; what is held or not shown is not drawn', () => {
    const steps = powerSteps([
      reading(1, 15, { from: at(0), energy: 10n }),
      reading(2, 30, { from: at(15), energy: 20n, status: 'held/rise' }),
      reading(3, 45, { from: at(30), energy: undefined }),
      reading(4, 15, { from: at(0), energy: 12n, kind: 'revision' }),
    ])
    expect(steps.map(({ sequence, energy }) => [sequence, energy])).toEqual([[4, 12]])
  })

  test('in bins has the energy of its steps, and says how much of a bin is known', () => {
    const steps = powerSteps([
      reading(1, 15, { from: at(0), energy: 900n }),
      reading(2, 90, { from: at(30), energy: 600n }),
    ])
    const [first, second] = binned(steps, {
      from: Date.parse(at(0)),
      to: Date.parse(at(120)),
      width: 3_600_000,
    })
    expect(first).toMatchObject({ energy: 1_200, covered: 45 * 60_000 })
    expect(second).toMatchObject({ energy: 300, covered: 30 * 60_000 })
    expect(meanPower({ from: 0, to: 10, energy: 50, covered: 5 })).toBe(10)
  })

  test('is kept by every width of bin', () => {
    const step = fc.record({
      start: fc.nat(1_000),
      span: fc.integer({ min: 1, max: 200 }),
      energy: fc.nat(1_000_000),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.integer({ min: 1, max: 400 }), (list, width) => {
        const steps = list.map(({ start, span, energy }, sequence) => ({
          from: start,
          to: start + span,
          energy,
          segment: 0,
          sequence,
        }))
        const sum = binned(steps, { from: 0, to: 1_300, width }).reduce((total, bin) => total + bin.energy, 0)
        expect(sum).toBeCloseTo(
          list.reduce((total, { energy }) => total + energy, 0),
          3,
        )
      }),
    )
  })

  test('never has more bars than asked for', () => {
    for (const span of [60_000, 31 * 86_400_000, 20 * 365 * 86_400_000]) {
      expect(Math.ceil(span / binWidth(span, 800))).toBeLessThanOrEqual(800)
    }
  })
})
