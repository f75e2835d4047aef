import { ed25519 } from '@noble/curves/ed25519.js'
import { p256 } from '@noble/curves/nist.js'
import { sha512 } from '@noble/hashes/sha2.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { edgeCases, encodings, order, wrongPoints } from '../../test/proof/evil-ecdsa.ts'
import { type Division, dividingSigner, divisions } from '../../test/proof/evil-ed25519.ts'
import { concatBytes, fromHex, utf8 } from '../core/bytes.ts'
import { p256Spki } from '../core/p256-spki.ts'
import { ecdsaKeyOf } from '../proof/ecdsa-key.ts'
import {
  cosignerKeyOf,
  hasSigned,
  type SignedMessage,
  type VerifierKey,
  verifierKeyOf,
} from '../proof/verifier-key.ts'
import { byOpenSsl } from './openssl-signatures.ts'

/* OpenSSL against what runs in browsers: they share no line of arithmetic, and must say the same of everything. */

const message = utf8('A text.\n')
const secret = new Uint8Array(32).fill(7)
const point = p256.getPublicKey(secret, false)
const keyOf = (publicKey: Uint8Array) => ecdsaKeyOf('log.example', p256Spki(publicKey))
const key = keyOf(point)
const numbersOf = (by: Uint8Array, text: Uint8Array): readonly [bigint, bigint] => {
  const { r, s } = p256.Signature.fromBytes(p256.sign(text, by, { lowS: false }), 'compact')
  return [r, s]
}

/** What both say; fails when they differ. */
function said(by: VerifierKey, signed: SignedMessage): boolean | undefined {
  const here = hasSigned(by, signed)
  expect(hasSigned(byOpenSsl(by), signed)).toBe(here)
  return here
}

function derOf(r: bigint, s: bigint): Uint8Array {
  return encodings(r, s).der ?? new Uint8Array()
}

describe('ECDSA over P-256', () => {
  const [r, s] = numbersOf(secret, message)

  test('low and high s are taken alike', () => {
    expect(said(key, { message, signature: derOf(r, s) })).toBe(true)
    expect(said(key, { message, signature: derOf(r, order - s) })).toBe(true)
    expect(said(key, { message: utf8('A text.'), signature: derOf(r, s) })).toBe(false)
  })

  test.each(Object.entries(encodings(r, s)))('%s is DER, or no signature', (name, signature) => {
    expect(said(key, { message, signature })).toBe(name === 'der' ? true : undefined)
  })

  test.each([
    ['r is 0', 0n, s],
    ['s is 0', r, 0n],
    ['both are 0', 0n, 0n],
    ['r is the order', order, s],
    ['s is the order', r, order],
    ['r is not reduced', r + order, s],
    ['s is not reduced', r, s + order],
    ['s is far beyond', r, s << 64n],
  ])('%s: no signature', (_, wrongR, wrongS) => {
    expect(said(key, { message, signature: derOf(wrongR, wrongS) })).toBe(undefined)
  })

  test.each(edgeCases(message))('$name: $holds', ({ point: at, numbers: [a, b], holds }) => {
    const by = keyOf(at)
    expect(said(by, { message, signature: derOf(a, b) }) ?? false).toBe(holds)
  })

  test.each(Object.entries(wrongPoints(point)))('a key whose point is %s has signed nothing', (_, wrong) => {
    expect(said(keyOf(wrong), { message, signature: derOf(r, s) })).toBe(false)
    expect(said(keyOf(wrong), { message, signature: utf8('no signature') })).toBe(undefined)
  })

  test('the head of a key that was not parsed is not looked at', () => {
    const spki = p256Spki(point).with(3, 0)
    expect(said(ecdsaKeyOf('log.example', spki), { message, signature: derOf(r, s) })).toBe(true)
  })

  test('of random signatures, bent in any way, they say the same', () => {
    const bytes = fc
      .uint8Array({ minLength: 32, maxLength: 32 })
      .filter(some => p256.utils.isValidSecretKey(some))
    const bent = fc.oneof(
      fc.constant('whole'),
      fc.constant('negated s'),
      fc.constant('negated r'),
      fc.constant('of another message'),
      fc.constant('by another key'),
      fc.record({ at: fc.nat(80), bit: fc.nat(7) }),
      fc.record({ at: fc.nat(80), cut: fc.nat(80) }),
      fc.record({ at: fc.nat(80), put: fc.uint8Array({ maxLength: 4 }) }),
    )
    const seen = new Set<boolean | undefined>()
    fc.assert(
      fc.property(bytes, fc.uint8Array({ maxLength: 200 }), bent, (by, text, how) => {
        const [a, b] = numbersOf(
          how === 'by another key' ? secret : by,
          how === 'of another message' ? utf8('x') : text,
        )
        const whole =
          how === 'negated s' ? derOf(a, order - b) : how === 'negated r' ? derOf(order - a, b) : derOf(a, b)
        const signature = typeof how === 'string' ? whole : bend(whole, how)
        seen.add(said(keyOf(p256.getPublicKey(by, false)), { message: text, signature }))
      }),
      { numRuns: 150 },
    )
    expect(seen).toEqual(new Set([true, false, undefined]))
  })
})

describe('Ed25519', () => {
  const own = verifierKeyOf('log.example', ed25519.getPublicKey(secret))
  const signature = ed25519.sign(message, secret)

  test('of a log and of a witness', () => {
    expect(said(own, { message, signature })).toBe(true)
    expect(said(cosignerKeyOf('w.example', own.publicKey), { message, signature })).toBe(true)
    expect(said(own, { message: utf8('A text.'), signature })).toBe(false)
    expect(said(own, { message, signature: signature.subarray(1) })).toBe(undefined)
    expect(said(own, { message, signature: concatBytes(signature, Uint8Array.of(0)) })).toBe(undefined)
  })

  test.each(Object.keys(divisions) as Division[])('%s', division => {
    const signer = dividingSigner(division, 7)
    const by = verifierKeyOf('log.example', signer.publicKey)
    expect(said(by, { message, signature: signer.sign(message) })).toBe(divisions[division])
  })

  // OpenSSL 3.5 refuses this one by itself.
  test('an R that is the neutral point is taken, as the equation has it', () => {
    const { scalar } = ed25519.utils.getExtendedPublicKey(secret)
    const r = ed25519.Point.ZERO.toBytes()
    const challenge = littleEndian(sha512(concatBytes(r, own.publicKey, message)))
    const s = toBytes((challenge * scalar) % ed25519.Point.CURVE().n)
    expect(said(own, { message, signature: concatBytes(r, s) })).toBe(true)
  })

  test('an S that is not reduced is refused', () => {
    const scalar = signature.slice(32)
    const more = littleEndian(scalar) + ed25519.Point.CURVE().n
    const longer = concatBytes(signature.subarray(0, 32), toBytes(more))
    expect(said(own, { message, signature: longer })).toBe(false)
  })

  // The points of small order, and the ways to write them that are not reduced ("Taming the many EdDSAs", table 6).
  test.each([
    '0100000000000000000000000000000000000000000000000000000000000000',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    '0000000000000000000000000000000000000000000000000000000000000080',
    '0000000000000000000000000000000000000000000000000000000000000000',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
    '0100000000000000000000000000000000000000000000000000000000000080',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  ])('for %s, which everybody can sign for, nobody has signed', hex => {
    const by = verifierKeyOf('log.example', fromHex(hex))
    const forged = (r: string) => concatBytes(fromHex(r), new Uint8Array(32))
    for (const at of [hex, `01${'00'.repeat(31)}`])
      expect(said(by, { message, signature: forged(at) })).toBe(false)
  })

  test('of random signatures, bent in any way, they say the same', () => {
    const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 })
    const bit = fc.option(fc.record({ at: fc.nat(63), bit: fc.nat(7) }))
    const seen = new Set<boolean | undefined>()
    fc.assert(
      fc.property(bytes, fc.uint8Array({ maxLength: 200 }), bit, (by, text, how) => {
        const whole = ed25519.sign(text, by)
        const bent = how === null ? whole : bend(whole, how)
        const signed = { message: text, signature: bent }
        seen.add(said(verifierKeyOf('log.example', ed25519.getPublicKey(by)), signed))
      }),
      { numRuns: 40 },
    )
    expect(seen).toEqual(new Set([true, false]))
  })
})

type Bend = { readonly at: number } & (
  | { readonly bit: number }
  | { readonly cut: number }
  | { readonly put: Uint8Array }
)

function bend(bytes: Uint8Array, how: Bend): Uint8Array {
  const at = how.at % bytes.length
  if ('bit' in how) return bytes.map((byte, i) => (i === at ? byte ^ (1 << how.bit) : byte))
  const end = 'cut' in how ? Math.min(bytes.length, at + how.cut) : at
  return concatBytes(bytes.slice(0, at), 'put' in how ? how.put : new Uint8Array(), bytes.slice(end))
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
}

function toBytes(scalar: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((scalar >> BigInt(8 * i)) & 0xffn))
}
