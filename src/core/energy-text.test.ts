import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseEnergy } from './energy.ts'
import { formatMillijoules, formatWattHours } from './energy-text.ts'

test('watt-hours with up to five decimals come back as they went in', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), hundredThousandths => {
      const energy = hundredThousandths * 36n
      expect(parseEnergy(formatWattHours(energy), 'Wh')).toEqual({ energy, fraction: '' })
    }),
  )
})

test.each([
  [0n, '0'],
  [1n, '0.0000002'],
  [-1n, '-0.0000002'],
  [3_600_000n, '1'],
  [-5_400_000n, '-1.5'],
  [10n ** 25n, '2777777777777777777.7777777'],
])('%s mJ is %s Wh, cut off', (energy, text) => {
  expect(formatWattHours(energy)).toBe(text)
})

test.each([
  [5n, '', '5'],
  [5n, '25', '5.25'],
  [-1n, '25', '-0.75'],
  [-3n, '', '-3'],
])('%s mJ and the digits "%s" are %s', (energy, fraction, text) => {
  expect(formatMillijoules(energy, fraction)).toBe(text)
})
