import { expect, test } from 'vitest'
import { parseEnergyArgument } from './energy-argument.ts'

test.each([
  ['12.5 kWh', 45_000_000_000n],
  ['0 Wh', 0n],
  ['1GWh', 3_600_000_000_000_000n],
  ['0.001 J', 1n],
  [' 9999999.9 kWh ', 35_999_999_640_000_000n],
])('%s is exact', (text, energy) => {
  expect(parseEnergyArgument(text)).toBe(energy)
})

test.each(['12.5', 'kWh', '1 kwh', '1,5 kWh', '1 constructor', '0.0001 J', '1e3 kWh', '--1 kWh', ''])(
  '"%s" is refused',
  text => {
    expect(() => parseEnergyArgument(text)).toThrow()
  },
)
