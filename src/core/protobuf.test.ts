import { expect, test } from 'vitest'
import { fromHex, toHex } from './bytes.ts'
import {
  joinProto,
  protoBytes,
  protoDouble,
  protoFixed64,
  protoInteger,
  protoMessage,
  protoText,
  protoVarint,
} from './protobuf.ts'

test('the examples of the encoding guide', () => {
  expect(toHex(protoInteger(1, 150))).toBe('089601')
  expect(toHex(protoText(2, 'testing'))).toBe('120774657374696e67')
  expect(toHex(protoMessage(3, [protoInteger(1, 150)]))).toBe('1a03089601')
  expect(toHex(protoVarint(-2n))).toBe('feffffffffffffffff01')
})

test('times and fractions have eight bytes, the lowest first', () => {
  expect(toHex(protoFixed64(1, 1n))).toBe('090100000000000000')
  expect(toHex(protoFixed64(1, -1n))).toBe('09ffffffffffffffff')
  expect(toHex(protoDouble(4, 1))).toBe('21000000000000f03f')
})

test('fields above 15 have tags of two bytes', () => {
  expect(toHex(protoBytes(16, fromHex('ff')))).toBe('820101ff')
})

test('half a letter becomes the sign for what is none', () => {
  expect(toHex(protoText(1, '\ud800'))).toBe('0a03efbfbd')
})

test('a message is its fields one after the other', () => {
  expect(joinProto([protoInteger(1, 1), protoInteger(2, 0)])).toEqual(fromHex('08011000'))
  expect(joinProto([])).toHaveLength(0)
})

test('a number and a bigint of one value are one varint', () => {
  for (const value of [0, 1, 127, 128, 129, 300, 16_383, 16_384, 2 ** 31]) {
    expect(protoVarint(value)).toEqual(protoVarint(BigInt(value)))
  }
})
