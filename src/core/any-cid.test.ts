import fc from 'fast-check'
import { base16 } from 'multiformats/bases/base16'
import { base58btc } from 'multiformats/bases/base58'
import { CID } from 'multiformats/cid'
import { create } from 'multiformats/hashes/digest'
import { describe, expect, test } from 'vitest'
import { type Cid, decodeCid, encodeCid, formatCid, parseCid, sameCid } from './any-cid.ts'
import { toHex } from './bytes.ts'
import { formatRawCid } from './cid.ts'

const refused = expect.objectContaining({ code: 'cid-invalid' })
const anyDigest = fc.uint8Array({ minLength: 32, maxLength: 32 })
const anyCid: fc.Arbitrary<Cid> = fc.oneof(
  anyDigest.map((digest): Cid => ({ version: 0, codec: 'dag-pb', digest })),
  fc
    .record({ codec: fc.constantFrom('raw', 'dag-pb'), digest: anyDigest })
    .map(({ codec, digest }): Cid => ({ version: 1, codec, digest })),
)

function theirs({ version, codec, digest }: Cid): CID {
  const hash = create(0x12, digest)
  return version === 0 ? CID.createV0(hash) : CID.createV1(codec === 'raw' ? 0x55 : 0x70, hash)
}

describe('a CID', () => {
  test('has the text and the bytes of multiformats, and is read from them and from other bases', () => {
    fc.assert(
      fc.property(anyCid, cid => {
        const other = theirs(cid)
        expect(formatCid(cid)).toBe(other.toString())
        expect(toHex(encodeCid(cid))).toBe(toHex(other.bytes))
        expect(parseCid(other.toString())).toEqual(cid)
        expect(decodeCid(other.bytes)).toEqual({ cid, end: other.bytes.length })
        if (cid.version === 0) return
        for (const base of [base58btc, base16]) expect(parseCid(other.toString(base.encoder))).toEqual(cid)
      }),
    )
  })

  test('of a raw block is written as it always was', () => {
    fc.assert(
      fc.property(anyDigest, digest => {
        expect(formatCid({ version: 1, codec: 'raw', digest })).toBe(formatRawCid(digest))
      }),
    )
  })

  test('of version 0 names the block that dag-pb of version 1 names, and none that is raw', () => {
    const digest = new Uint8Array(32)
    const v0: Cid = { version: 0, codec: 'dag-pb', digest }
    expect(sameCid(v0, { version: 1, codec: 'dag-pb', digest })).toBe(true)
    expect(sameCid(v0, { version: 1, codec: 'raw', digest })).toBe(false)
  })

  const sha512 = CID.createV1(0x55, create(0x13, new Uint8Array(64))).toString()
  const cbor = CID.createV1(0x71, create(0x12, new Uint8Array(32))).toString()
  const raw = 'bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e'
  test.each([
    ['nothing', ''],
    ['another hash function', sha512],
    ['another codec', cbor],
    ['a SHA-1 as old chains of files have it', 'Qm43LNwPunkRCSovrjPyoxpukWVtnU'],
    ['a letter too few', raw.slice(0, -1)],
    ['a letter too many', `${raw}a`],
    ['unused bits', `${raw.slice(0, -1)}f`],
    ['capitals', raw.toUpperCase()],
    ['another base', `u${raw.slice(1)}`],
    ['a path', `/ipfs/${raw}`],
    ['megabytes', `b${'a'.repeat(1_000_000)}`],
    ['version 0 in base32', `b${'ciq'.padEnd(55, 'a')}`],
  ])('is not read from %s', (_, text) => {
    expect(() => parseCid(text)).toThrow(refused)
  })

  test('is not read from bytes that end early, nor from any others', () => {
    const bytes = encodeCid({ version: 1, codec: 'raw', digest: new Uint8Array(32).fill(7) })
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeCid(bytes.subarray(0, length))).toThrow(refused)
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), strange => {
        try {
          expect(encodeCid(decodeCid(strange).cid).length).toBeLessThanOrEqual(strange.length)
        } catch (error) {
          expect(error).toEqual(refused)
        }
      }),
    )
  })
})
