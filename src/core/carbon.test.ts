import { describe, expect, it } from 'vitest'
import { parseCarbonFactor } from './carbon.ts'
import { parseEnergy } from './energy.ts'

/** Attograms: energy in mJ times attograms a kWh, over the 3.6e9 mJ of a kWh. */
const attograms = (wattHours: string, factor: bigint) =>
  (parseEnergy(wattHours, 'Wh').energy * factor) / 3_600_000_000n

describe('a carbon factor', () => {
  it('of pounds is exact: 1,234,567 Wh at 872.5 lb/MWh are 488,591 g and a rest of 0.42459...', () => {
    const carbon = attograms('1234567', parseCarbonFactor('872.5', 'lb/MWh'))
    expect(carbon / 10n ** 18n).toBe(488_591n)
    expect((carbon % 10n ** 18n).toString().padStart(18, '0')).toMatch(/^42459/)
    // Wh x lb/MWh x 45359237 / 10^11, by integers alone
    expect(carbon).toBe((1_234_567n * 8725n * 45_359_237n * 10n ** 18n) / 10n ** 12n)
  })
  it.each([
    ['141', 'g/kWh', 141n * 10n ** 18n],
    ['141.000', 'kg/MWh', 141n * 10n ** 18n],
    ['8.725e2', 'lb/MWh', 395_759_342_825_000_000_000n],
    ['0', 'lb/MWh', 0n],
    ['-0.0', 'g/kWh', 0n],
    ['0.1234567890123456789', 'g/kWh', 123_456_789_012_345_678n],
    ['0.30000000000000004', 'g/kWh', 300_000_000_000_000_040n],
  ] as const)('%s %s', (text, unit, expected) => {
    expect(parseCarbonFactor(text, unit)).toBe(expected)
  })
  it.each(['-1', '', 'null', 'NaN', '1,5', '0x10'])('%j is refused', text => {
    expect(() => parseCarbonFactor(text, 'g/kWh')).toThrow(
      expect.objectContaining({ code: 'energy-invalid' }),
    )
  })
})
