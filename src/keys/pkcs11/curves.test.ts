import fc from 'fast-check'
import { expect, test } from 'vitest'
import { concatBytes, fromHex } from '../../core/bytes.ts'
import { algorithmOf, curveWords, publicKeyIn } from './curves.ts'

const point = concatBytes(Uint8Array.of(4), new Uint8Array(64).fill(0xab))
const wrapped = (tag: number, bytes: Uint8Array) => concatBytes(Uint8Array.of(tag, bytes.length), bytes)

test('a point is read bare, in an OCTET STRING and in a BIT STRING', () => {
  for (const algorithm of ['secp256k1', 'p256'] as const) {
    expect(publicKeyIn(point, algorithm)).toEqual(point)
    expect(publicKeyIn(wrapped(4, point), algorithm)).toEqual(point)
    expect(publicKeyIn(wrapped(3, concatBytes(Uint8Array.of(0), point)), algorithm)).toEqual(point)
  }
  // Nothing tells the first byte of an Edwards point from a tag but its length.
  for (const first of [0x03, 0x04, 0xff]) {
    const key = concatBytes(Uint8Array.of(first, 30), new Uint8Array(30).fill(1))
    expect(publicKeyIn(key, 'ed25519')).toEqual(key)
    expect(publicKeyIn(wrapped(4, key), 'ed25519')).toEqual(key)
  }
})

test('compressed and cut points are refused, and nothing else is taken for one', () => {
  for (const bad of [
    new Uint8Array(),
    point.subarray(1),
    point.subarray(0, 33),
    Uint8Array.of(4, 65),
    wrapped(5, point),
  ]) {
    expect(() => publicKeyIn(bad, 'secp256k1')).toThrow('is none of secp256k1')
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), bytes => {
      try {
        expect(publicKeyIn(bytes, 'p256').length).toBe(65)
      } catch (error) {
        expect(error).toMatchObject({ code: 'key-invalid' })
      }
    }),
  )
})

test('a curve is known by each of its names, and another one is told as it is', () => {
  expect(algorithmOf(fromHex('06052b8104000a'))).toBe('secp256k1')
  expect(algorithmOf(fromHex('06082a8648ce3d030107'))).toBe('p256')
  expect(algorithmOf(fromHex('130c656477617264733235353139'))).toBe('ed25519')
  expect(algorithmOf(fromHex('06032b6570'))).toBe('ed25519')
  expect(curveWords(fromHex('06052b81040022'))).toBe('the curve 06052b81040022')
  expect(curveWords(undefined)).toBe('no curve')
})
