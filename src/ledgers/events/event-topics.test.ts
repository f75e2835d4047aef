import { parseAbiItem } from 'viem/utils'
import { expect, test } from 'vitest'
import { topicsOf } from './event-topics.ts'

const rented = parseAbiItem('event Rented(bytes32 indexed id, uint64 indexed from, address user)')
const word = (digit: string) => `0x${digit.padStart(64, '0')}`

test('arguments become topics: a list is any of these, null is any, and no null stands at the end', () => {
  const [selector] = topicsOf(rented, {})
  expect(topicsOf(rented, { from: [1, '2'] })).toEqual([selector, null, [word('1'), word('2')]])
  expect(topicsOf(rented, [null, 3n])).toEqual([selector, null, word('3')])
  expect(topicsOf(rented, { id: null, from: undefined })).toEqual([selector])
})

test('an empty list is refused: a node would take it for any value', () => {
  expect(() => topicsOf(rented, { from: [] })).toThrow("Rented can't be filtered by no from at all")
})
