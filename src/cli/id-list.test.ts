import { expect, test } from 'vitest'
import { parseId, parseIds } from './id-list.ts'

test('ids are numbers from 1 on, lists of them, and ranges', () => {
  expect(parseIds('4')).toEqual([4n])
  expect(parseIds('1,3,7-9')).toEqual([1n, 3n, 7n, 8n, 9n])
  expect(parseId('115792089237316195423570985008687907853269984665640564039457')).toBeGreaterThan(2n ** 190n)
})

test.each(['', '0', '-1', '1,,2', '3-1', '1-', 'roof', '1-5000', '1.5', '01'])('"%s" is none', given => {
  expect(() => parseIds(given)).toThrow(expect.objectContaining({ code: 'argument-invalid' }))
})
