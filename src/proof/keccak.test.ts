import { keccak_256 } from '@noble/hashes/sha3.js'
import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { toHex } from '../core/bytes.ts'
import { openKeccak } from './keccak.ts'

const keccak = openKeccak() ?? expect.fail('there is no WebAssembly')

afterEach(() => vi.unstubAllGlobals())

test('the hash of nothing is the one that Ethereum knows', () => {
  expect(toHex(keccak(new Uint8Array(0)))).toBe(
    'c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470',
  )
})

test('messages of every length around the block hash as they do elsewhere', () => {
  for (let length = 0; length <= 420; length++) {
    const message = Uint8Array.from({ length }, (_, i) => (i * 31 + length) & 0xff)
    expect(toHex(keccak(message))).toBe(toHex(keccak_256(message)))
  }
})

test('any bytes hash as they do elsewhere, whatever was hashed before', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 700 }), message => {
      expect(toHex(keccak(message))).toBe(toHex(keccak_256(message)))
    }),
  )
})

test('a message larger than the memory so far gets more, and a small one after it still hashes right', () => {
  const large = new Uint8Array(300_000).fill(0xab)
  expect(toHex(keccak(large))).toBe(toHex(keccak_256(large)))
  expect(toHex(keccak(large.subarray(0, 5)))).toBe(toHex(keccak_256(large.subarray(0, 5))))
})

test('a result stays what it was when the next message is hashed', () => {
  const first = keccak(Uint8Array.of(1))
  const before = toHex(first)
  keccak(Uint8Array.of(2))
  expect(toHex(first)).toBe(before)
})

test('without WebAssembly there is none', () => {
  vi.stubGlobal('WebAssembly', undefined)
  expect(openKeccak()).toBeUndefined()
})

test('where a policy forbids WebAssembly there is none', () => {
  const forbidden = class {
    constructor() {
      throw new Error('refused by the content security policy')
    }
  }
  vi.stubGlobal('WebAssembly', {
    Memory: class {
      buffer = new ArrayBuffer(65_536)
    },
    Module: forbidden,
  })
  expect(openKeccak()).toBeUndefined()
})
