import { expect, test } from 'vitest'
import { unitWord, wholeUnits } from './units.ts'

test('what is less than one unit is left in the register', () => {
  expect(wholeUnits(1_999n, 1_000n)).toBe(1_000n)
  expect(wholeUnits(999n, 1_000n)).toBe(0n)
  expect(wholeUnits(1_999n, 1n)).toBe(1_999n)
})

test('units are called as one knows them', () => {
  expect([1n, 1_000n, 1_000_000n, 100n].map(unitWord)).toEqual(['Wh', 'kWh', 'MWh', '100 Wh'])
})
