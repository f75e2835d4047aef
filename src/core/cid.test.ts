import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { CID } from 'multiformats/cid'
import { create } from 'multiformats/hashes/digest'
import { describe, expect, test } from 'vitest'
import { encodeBase58 } from './base58.ts'
import { toHex, utf8 } from './bytes.ts'
import { formatCidV0, formatRawCid, parseCidV0 } from './cid.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
const refused = expect.objectContaining({ code: 'cid-invalid' })
const anyDigest = fc.uint8Array({ minLength: 32, maxLength: 32 })

/** The dag-pb block of a small UnixFS file (fewer than 128 bytes, so that every length is one byte). */
function unixFsBlock(bytes: Uint8Array): Uint8Array {
  const data = bytes.length === 0 ? [] : [0x12, bytes.length, ...bytes]
  const node = [0x08, 0x02, ...data, 0x18, bytes.length]
  return Uint8Array.of(0x0a, node.length, ...node)
}

describe('CIDv0', () => {
  test.each([
    ['hello world\n', 'QmT78zSuBmuS4z925WZfrqQ1qHaJ56DQaTfyMUF7F8ff5o'],
    ['', 'QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH'],
  ])('of the file %j is %s', (content, text) => {
    const digest = sha256(unixFsBlock(utf8(content)))
    expect(formatCidV0(digest)).toBe(text)
    expect(toHex(parseCidV0(text))).toBe(toHex(digest))
  })

  test('agrees with multiformats for any digest, both ways', () => {
    fc.assert(
      fc.property(anyDigest, digest => {
        const text = CID.createV0(create(0x12, digest)).toString()
        expect(formatCidV0(digest)).toBe(text)
        expect(toHex(parseCidV0(text))).toBe(toHex(digest))
      }),
    )
  })

  // Fails when the condition in parseCidV0 becomes `text.startsWith('Qm')`: whatever looks like a CID would pass.
  test.each([
    'Qm43LNwPunkRCSovrjPyoxpukWVtnU',
    'Qm3N3SPh7RsDDNbZDaMRaauXML5RG8',
    'Qm9B51BUFt5tubs5fQzi3hUb9uQpu',
    'Qm1RDyg75DjRRQNnkwUt6rVrFnFzT',
    `Qm${'1'.repeat(20)}`,
  ])('the legacy hash text %s looks like one and is refused, saying what it is (U5)', text => {
    expect(() => parseCidV0(text)).toThrow(refused)
    expect(() => parseCidV0(text)).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('SHA-1') }),
    )
  })

  test('another multihash, a wrong length, another base and white space are refused', () => {
    const good = 'QmT78zSuBmuS4z925WZfrqQ1qHaJ56DQaTfyMUF7F8ff5o'
    const keccak = encodeBase58(Uint8Array.of(0x1b, 0x20, ...new Uint8Array(32)))
    const wrong = [
      '',
      'Qm',
      good.slice(0, -1),
      `${good}1`,
      ` ${good}`,
      `${good}\n`,
      good.replace('T', '0'),
      good.toLowerCase(),
      encodeBase58(Uint8Array.of(0x12, 0x20, ...new Uint8Array(31))),
      encodeBase58(Uint8Array.of(0x12, 0x20, ...new Uint8Array(33))),
      `1${good.slice(0, -1)}`,
      keccak,
      formatRawCid(new Uint8Array(32)),
      `Qm${'z'.repeat(5_000_000)}`,
    ]
    for (const text of wrong) expect(() => parseCidV0(text)).toThrow(refused)
    const raw = formatRawCid(new Uint8Array(32))
    expect(() => parseCidV0(raw)).toThrow(expect.objectContaining({ hint: expect.stringContaining('CIDv1') }))
  })

  test('every text of 46 characters that begins with Qm is either refused or the text of its digest', () => {
    const digit = fc.constantFrom(...'123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz')
    fc.assert(
      fc.property(fc.array(digit, { minLength: 44, maxLength: 44 }), digits => {
        const text = `Qm${digits.join('')}`
        try {
          expect(formatCidV0(parseCidV0(text))).toBe(text)
        } catch (error) {
          expect(error).toEqual(refused)
        }
      }),
    )
  })
})

describe('CIDv1 of a raw block', () => {
  test('of "hello world" is the published one', () => {
    const text = 'bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e'
    expect(formatRawCid(sha256(utf8('hello world')))).toBe(text)
  })

  test('agrees with multiformats for any digest', () => {
    fc.assert(
      fc.property(anyDigest, digest => {
        expect(formatRawCid(digest)).toBe(CID.createV1(0x55, create(0x12, digest)).toString())
      }),
      { numRuns: 1_000 },
    )
  })

  test('a digest of another length is refused, by both', () => {
    for (const length of [0, 20, 31, 33]) {
      expect(() => formatRawCid(new Uint8Array(length))).toThrow(refused)
      expect(() => formatCidV0(new Uint8Array(length))).toThrow(refused)
    }
  })
})
