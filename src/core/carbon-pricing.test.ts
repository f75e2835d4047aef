import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CarbonIntensity } from './carbon.ts'
import { carbonOf, meanFactor } from './carbon-pricing.ts'
import { formatMass, toGrams } from './mass.ts'

const gram = 10n ** 18n
const raw = { bytes: new Uint8Array(), mediaType: 'application/json' }
const intensity = (from: number, to: number, factor: bigint, more: Partial<CarbonIntensity> = {}) => ({
  from,
  to,
  factor,
  basis: 'marginal' as const,
  estimated: false,
  raw,
  ...more,
})

describe('CO2 of an energy', () => {
  test('1 kWh at 400 g/kWh is 400 g; 1 mJ of it is 111 ng, rounded down', () => {
    expect(carbonOf(3_600_000_000n, 400n * gram)).toBe(400n * 10n ** 9n)
    expect(carbonOf(1n, 400n * gram)).toBe(111n)
    expect(carbonOf(0n, 400n * gram)).toBe(0n)
  })

  test('is within a nanogram of the exact quotient, whatever the amounts', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 24n }),
        fc.bigInt({ min: 0n, max: 10n ** 22n }),
        (energy, factor) => {
          const rest = energy * factor - carbonOf(energy, factor) * 3_600_000_000n * 1_000_000_000n
          expect(rest >= 0n && rest < 3_600_000_000n * 1_000_000_000n).toBe(true)
        },
      ),
    )
  })

  test('whole grams are rounded down', () => {
    expect(toGrams(1_999_999_999n)).toBe(1n)
    expect([formatMass(999n * 10n ** 9n), formatMass(12_345n * 10n ** 9n + 9n)]).toEqual([
      '999 g',
      '12.345 kg',
    ])
  })
})

describe('the factor of a span', () => {
  test('is the mean weighted by time, rounded down', () => {
    const found = meanFactor([intensity(0, 10, 100n), intensity(10, 40, 201n)], { from: 5, to: 20 })
    expect(found?.factor).toBe((100n * 5n + 201n * 10n) / 15n)
  })

  test.each([
    ['nothing', []],
    ['a late start', [intensity(6, 20, 1n)]],
    ['an early end', [intensity(0, 19, 1n)]],
    ['a hole of a millisecond', [intensity(0, 10, 1n), intensity(11, 20, 1n)]],
    ['another time', [intensity(20, 30, 1n)]],
  ])('is missing with %s: nothing is extrapolated', (_, intensities) => {
    expect(meanFactor(intensities, { from: 5, to: 20 })).toBeUndefined()
  })

  test('is estimated as soon as one part is, and has a scope only when all have the same', () => {
    const one = intensity(0, 10, 1n, { scope: 'direct' })
    const two = intensity(10, 20, 1n, { scope: 'lifecycle', estimated: true, raw: { ...raw } })
    expect(meanFactor([one, two], { from: 0, to: 20 })).toMatchObject({ estimated: true, scope: undefined })
    expect(meanFactor([one, two], { from: 0, to: 10 })).toMatchObject({ estimated: false, scope: 'direct' })
    expect(meanFactor([one, two], { from: 0, to: 20 })?.raws).toHaveLength(2)
  })

  test('lies between the lowest and the highest', () => {
    const parts = fc.array(
      fc.record({
        length: fc.integer({ min: 1, max: 9 }),
        factor: fc.bigInt({ min: 0n, max: gram * 2_000n }),
      }),
      {
        minLength: 1,
        maxLength: 8,
      },
    )
    fc.assert(
      fc.property(parts, pieces => {
        let at = 0
        const intensities = pieces.map(({ length, factor }) => {
          at += length
          return intensity(at - length, at, factor)
        })
        const factors = pieces.map(({ factor }) => factor)
        const mean = meanFactor(intensities, { from: 0, to: at })?.factor ?? -1n
        expect(factors.every(factor => factor > mean)).toBe(false)
        expect(factors.every(factor => factor < mean)).toBe(false)
      }),
    )
  })
})
