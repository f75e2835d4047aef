import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exactEnergy, exactKilowattHours } from './exact-energy.ts'

test.each([
  [0n, '0 kWh'],
  [3_600_000_000n, '1 kWh'],
  [902_700_000_000n, '250.75 kWh'],
  [3_600_000n, '0.001 kWh'],
  [9n, '0.0000000025 kWh'],
  [-3_600_000n, '-0.001 kWh'],
  [10n, '10 mJ (about 0 kWh)'],
  [3_600_000_001n, '3,600,000,001 mJ (about 1 kWh)'],
])('%d mJ is %s', (energy, text) => {
  expect(exactEnergy(energy)).toBe(text)
})

test('what is shown in kWh is exactly what it was in millijoules', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n }), ninths => {
      const text = exactKilowattHours(ninths * 9n) ?? ''
      const [whole = '', rest = ''] = text.replaceAll(',', '').split('.')
      expect(BigInt(whole + rest.padEnd(10, '0')) * 36n).toBe(ninths * 9n * 100n)
    }),
  )
})
