import { createHash, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { base58btc } from 'multiformats/bases/base58'
import { describe, expect, test } from 'vitest'
import { processorTime } from '../../test/support/processor-time.ts'
import {
  decodeBase58,
  decodeBase58Check,
  encodeBase58,
  encodeBase58Check,
  longestBase58Bytes,
} from './base58.ts'
import { fromHex, toHex, utf8 } from './bytes.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
const refused = expect.objectContaining({ code: 'base58-invalid' })

describe('Base58', () => {
  // The three of draft-msporny-base58-03 section 5, then those every Bitcoin implementation is tested with.
  test.each([
    [toHex(utf8('Hello World!')), '2NEpo7TZRRrLZSi2U'],
    [
      toHex(utf8('The quick brown fox jumps over the lazy dog.')),
      'USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z',
    ],
    ['0000287fb4cd', '11233QC4'],
    ['', ''],
    ['61', '2g'],
    ['626262', 'a3gV'],
    ['636363', 'aPEr'],
    ['516b6fcd0f', 'ABnLTmg'],
    ['572e4794', '3EFU7m'],
    ['10c8511e', 'Rt5zm'],
    ['00000000000000000000', '1111111111'],
    ['73696d706c792061206c6f6e6720737472696e67', '2cFupjhnEsSn59qHXstmK2ffpLv2'],
  ])('%s is %s', (hex, text) => {
    expect(encodeBase58(fromHex(hex))).toBe(text)
    expect(toHex(decodeBase58(text))).toBe(hex)
  })

  test('agrees with multiformats for any bytes, both ways', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(5), (tail, zeros) => {
        const bytes = new Uint8Array([...new Uint8Array(zeros), ...tail])
        const text = encodeBase58(bytes)
        expect(text).toBe(base58btc.baseEncode(bytes))
        expect(toHex(decodeBase58(text))).toBe(toHex(bytes))
      }),
    )
  })

  test('every text that is accepted is the only text of its bytes', () => {
    const digit = fc.constantFrom(...'123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz')
    fc.assert(
      fc.property(fc.array(digit, { maxLength: 60 }), digits => {
        expect(encodeBase58(decodeBase58(digits.join('')))).toBe(digits.join(''))
      }),
    )
  })

  test.each(['0', 'O', 'I', 'l', ' 2g', '2g ', '2g\n', '2-g', '２', 'é', '\u{1f600}', '\0'])(
    'refuses %j',
    text => {
      expect(() => decodeBase58(text)).toThrow(refused)
    },
  )

  test('the message never shows the text, which may be a private key', () => {
    try {
      decodeBase58('5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ0')
      expect.unreachable()
    } catch (error) {
      expect(String(error)).not.toContain('5Hue')
      expect(String(error)).toContain('character 52 of 52')
    }
  })

  test('what is longer than the cap is refused at once, both ways, and the longest takes bounded time', async () => {
    const longest = randomBytes(longestBase58Bytes).fill(0xff, 0, 1)
    const taken = await processorTime(() => {
      expect(decodeBase58(encodeBase58(longest))).toEqual(new Uint8Array(longest))
    })
    expect(taken).toBeLessThan(500)
    const zeros = new Uint8Array(longestBase58Bytes)
    expect(decodeBase58(encodeBase58(zeros))).toEqual(zeros)
    expect(() => encodeBase58(new Uint8Array(longestBase58Bytes + 1))).toThrow(refused)
    expect(() => decodeBase58('1'.repeat(longestBase58Bytes + 1))).toThrow(refused)
    expect(() => decodeBase58('z'.repeat(10_000_000))).toThrow(refused)
  })
})

describe('Base58Check', () => {
  test.each([
    // The address in Bitcoin's first block; one paying to a script; an uncompressed private key (WIF).
    ['0062e907b15cbf27d5425399ebf6f0fb50ebb88f18', '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa'],
    ['05b472a266d0bd89c13706a4132ccfb16f7c3b9fcb', '3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy'],
    [
      '800c28fca386c7a227600b2fe50b7cae11ec86d3bf1fbe471be89827e19d72aa1d',
      '5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ',
    ],
    ['000000000000000000000000000000000000000000', '1111111111111111111114oLvT2'],
  ])('%s is %s', (hex, text) => {
    expect(encodeBase58Check(fromHex(hex), { sha256 })).toBe(text)
    expect(toHex(decodeBase58Check(text, { sha256 }))).toBe(hex)
  })

  test('one wrong character, a missing one, a lost leading 1 and nothing at all are refused', () => {
    const address = '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa'
    for (let i = 0; i < address.length; i++) {
      const other = address[i] === '2' ? '3' : '2'
      const wrong = address.slice(0, i) + other + address.slice(i + 1)
      expect(() => decodeBase58Check(wrong, { sha256 })).toThrow(refused)
    }
    for (const text of [address.slice(0, -1), address.slice(1), `1${address}`, '', '1', '2g']) {
      expect(() => decodeBase58Check(text, { sha256 })).toThrow(refused)
    }
  })

  test('round trips any payload up to 1,020 bytes and refuses more', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), bytes => {
        expect(toHex(decodeBase58Check(encodeBase58Check(bytes, { sha256 }), { sha256 }))).toBe(toHex(bytes))
      }),
    )
    expect(() => encodeBase58Check(new Uint8Array(longestBase58Bytes - 3), { sha256 })).toThrow(refused)
  })
})
