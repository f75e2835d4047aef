import { describe, expect, it } from 'vitest'
import { formatMass, parseMass } from './mass.ts'

describe('a mass', () => {
  it.each([
    [0n, '0 g'],
    [999_999n, '0 mg'],
    [840_000_000n, '840 mg'],
    [1_999_999_999n, '1 g'],
    [1_234_567_000_000n, '1.234 kg'],
  ])('%d ng is shown as %s', (nanograms, text) => {
    expect(formatMass(nanograms)).toBe(text)
  })
  it.each([
    ['0 g', 0n],
    ['123.5 kg', 123_500_000_000_000n],
    ['1t', 10n ** 15n],
    ['2 lb', 907_184_740_000n],
    ['0.000000001 g', 1n],
    [' 488591.424597633 g ', 488_591_424_597_633n],
    ['9007199254740993.000000001 t', 9_007_199_254_740_993_000_000_001_000_000n],
  ])('%s is exact to the nanogram', (text, nanograms) => {
    expect(parseMass(text)).toBe(nanograms)
  })
  it.each([
    ['0.0000000001 g', 'energy-invalid'],
    ['0.123456789012345 lb', 'energy-invalid'],
    ['1.2.3 kg', 'energy-invalid'],
    ['. kg', 'energy-invalid'],
    ['-1 kg', 'unit-unknown'],
    ['1e3 kg', 'unit-unknown'],
    ['1 kWh', 'unit-unknown'],
    ['1 toString', 'unit-unknown'],
    ['kg', 'unit-unknown'],
    ['', 'unit-unknown'],
  ])('%j is refused', (text, code) => {
    expect(() => parseMass(text)).toThrow(expect.objectContaining({ code }))
  })
})
