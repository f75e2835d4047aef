import { expect, test } from 'vitest'
import { parseUsnDeviceName, usnDeviceId, usnIdOf } from './device-id.ts'

test('the id of a device follows from its name by the documented rule', () => {
  const office = '0xbd26aee83c07cfddc0d7c9687a5a4810bf8f0ac29f80fb700000000000000000'
  expect(usnDeviceId('office@slockit')).toBe(office)
  expect(usnDeviceId('office@elsewhere')).toBe(office)
  expect(usnDeviceId('office#0@slockit')).toBe(office)
  expect(usnDeviceId('office#258@slockit')).toBe(`${office.slice(0, 50)}0000000000000102`)
  expect(usnDeviceId('office#18446744073709551615@slockit').endsWith('f'.repeat(16))).toBe(true)
  expect(usnIdOf(office.toUpperCase().replace('0X', '0x'))).toBe(office)
})

test('a name is taken apart', () => {
  expect(parseUsnDeviceName('bike#3@berlin')).toEqual({ name: 'bike', counter: 3n, contract: 'berlin' })
})

test.each([
  'office',
  '@slockit',
  'office@',
  'office#@slockit',
  'office#-1@slockit',
  'office#01@slockit',
  'office#18446744073709551616@slockit',
  'a@b@c',
])('%s is no name of a device', name => {
  expect(() => usnDeviceId(name)).toThrow(expect.objectContaining({ code: 'argument-invalid' }))
})
