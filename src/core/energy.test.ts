import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addFractions,
  type EnergyUnit,
  formatEnergy,
  millijoulesPer,
  parseEnergy,
  subtractExact,
  toWattHours,
} from './energy.ts'
import { isEnergywebError } from './errors.ts'

const units = Object.keys(millijoulesPer) as EnergyUnit[]

describe('parsing energy', () => {
  it.each([
    ['1', 'Wh', 3_600_000n, ''],
    ['1', 'J', 1_000n, ''],
    ['1', 'Ws', 1_000n, ''],
    ['1', 'GWh', 3_600_000_000_000_000n, ''],
    ['98765.43', 'Wh', 355_555_548_000n, ''],
    ['-0.00', 'Wh', 0n, ''],
    ['0.00001', 'Wh', 36n, ''],
    ['0.0000001', 'Wh', 0n, '36'],
    ['-0.0000001', 'Wh', -1n, '64'],
    ['9.021e+4', 'Wh', 324_756_000_000n, ''],
    ['5e-3', 'kWh', 18_000_000n, ''],
    ['.5', 'Wh', 1_800_000n, ''],
    ['7.', 'Wh', 25_200_000n, ''],
  ] as const)('%s %s is %s mJ and %s', (text, unit, energy, fraction) => {
    expect(parseEnergy(text, unit)).toEqual({ energy, fraction })
  })

  // (U22) Number(text) * 1000, or a factor of 0.2778 for the joule, makes these fail.
  it('takes 1.005 kWh for 1005 Wh and 3600 J for 1 Wh exactly (U22)', () => {
    expect(toWattHours(parseEnergy('1.005', 'kWh').energy)).toBe(1005n)
    expect(toWattHours(parseEnergy('3600', 'J').energy)).toBe(1n)
    expect(toWattHours(parseEnergy('3599', 'J').energy)).toBe(0n)
  })

  it.each(['', ' 1', '1 ', '0x10', '1,5', 'NaN', 'Infinity', '--1', '1e', '1e999', '.', '1'.repeat(65), '١'])(
    'refuses %j',
    text => {
      expect(() => parseEnergy(text, 'Wh')).toThrow(
        expect.toSatisfy(error => isEnergywebError(error, 'energy-invalid')),
      )
    },
  )

  it('is exact for any decimal text: energy and fraction give back digits x factor', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }),
        fc.nat({ max: 12 }),
        fc.constantFrom(...units),
        (digits, scale, unit) => {
          const size = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0')
          const text = `${digits < 0n ? '-' : ''}${size.slice(0, size.length - scale)}.${size.slice(size.length - scale)}`
          const { energy, fraction } = parseEnergy(text, unit)
          const shift = 10n ** BigInt(Math.max(scale, fraction.length))
          expect(energy * shift + BigInt(fraction || '0') * (shift / 10n ** BigInt(fraction.length))).toBe(
            digits * millijoulesPer[unit] * (shift / 10n ** BigInt(scale)),
          )
        },
      ),
    )
  })
})

describe('fractions of a millijoule', () => {
  it('carry over one', () => {
    expect(addFractions('5', '5')).toEqual({ carry: 1n, fraction: '' })
    expect(addFractions('25', '8')).toEqual({ carry: 1n, fraction: '05' })
  })

  it('subtract exactly', () => {
    expect(subtractExact({ energy: 5n, fraction: '25' }, { energy: 1n, fraction: '5' })).toEqual({
      energy: 3n,
      fraction: '75',
    })
    expect(subtractExact({ energy: 1n, fraction: '' }, { energy: 1n, fraction: '5' })).toEqual({
      energy: -1n,
      fraction: '5',
    })
  })
})

describe('showing energy', () => {
  it.each([
    [0n, '0 Wh'],
    [3_599_999n, '0 Wh'],
    [3_600_000n * 999n, '999 Wh'],
    [3_600_000n * 1_234_567n, '1234.567 kWh'],
    [-3_600_000n * 1_500n, '-1.500 kWh'],
  ])('%s mJ is %s', (energy, text) => {
    expect(formatEnergy(energy)).toBe(text)
  })

  it('rounds watt-hours down, below zero too', () => {
    expect(toWattHours(-1n)).toBe(-1n)
    expect(toWattHours(-3_600_000n)).toBe(-1n)
  })
})
