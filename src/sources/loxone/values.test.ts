import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseEnergy } from '../../core/energy.ts'
import { stepShown, unitFormat } from './unit-format.ts'
import { uuidOf } from './uuid.ts'
import { decimalOf, valueRecords } from './values.ts'

const record = (value: number) => {
  const bytes = new Uint8Array(24)
  new DataView(bytes.buffer).setFloat64(16, value, true)
  return { uuid: '', bytes }
}

test('a UUID is three numbers in little-endian order and eight bytes as they are', () => {
  const bytes = Buffer.from('3c2d1e1f23021b0bffff504f94a00001', 'hex')
  expect(uuidOf(bytes)).toBe('1f1e2d3c-0223-0b1b-ffff504f94a00001')
})

test('a table is cut into records, and one that is cut itself is refused', () => {
  const table = Buffer.concat([record(1).bytes, record(2.5).bytes])
  expect(valueRecords(table, 'ms').map(decimalOf)).toEqual(['1', '2.5'])
  expect(() => valueRecords(table.subarray(1), 'ms')).toThrow(
    expect.objectContaining({ code: 'source-malformed' }),
  )
})

// Fails when a float is multiplied, or printed with more digits than it was counted in.
test('what was counted in thousandths of a kWh comes out in them, up to a terawatt-hour', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000_000_000 }), wattHours => {
      const { energy, fraction } = parseEnergy(decimalOf(record(wattHours / 1_000)), 'kWh')
      expect([energy, fraction]).toEqual([BigInt(wattHours) * 3_600_000n, ''])
    }),
    { numRuns: 2_000 },
  )
})

test.each([
  ['%.1fkWh', { unit: 'kWh', decimals: 1 }, '0.1 kWh'],
  ['%.3f MWh', { unit: 'MWh', decimals: 3 }, '0.001 MWh'],
  ['%.0fWh', { unit: 'Wh', decimals: 0 }, '1 Wh'],
  ['<v.2>kWh', { unit: 'kWh', decimals: 2 }, '0.01 kWh'],
] as const)('the format %s', (text, format, step) => {
  expect(unitFormat(text)).toEqual(format)
  expect(stepShown(format)).toBe(step)
})

test.each(['%.1fkW', '%.2fm³', '', '%s', '%.1fkwh', 'kWh'])(
  'the format "%s" names no unit of energy',
  text => {
    expect(unitFormat(text)).toBeUndefined()
  },
)
