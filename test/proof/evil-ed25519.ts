import { ed25519 } from '@noble/curves/ed25519.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { concatBytes, fromHex, toHex } from '../../src/core/bytes.ts'

/*
 * Signatures of which verifiers of Ed25519 think differently (RFC 8032 section 5.1.7 and ZIP 215): the owner of a key can make
 * them, for some to take and for others to refuse.
 */

/** How a signature comes to divide verifiers, and whether the equation without the cofactor holds for it. */
export const divisions = {
  'R with a point of small order in it': false,
  'R not reduced': false,
  'R the neutral point with a sign': false,
  'key with a point of small order in it': false,
  'key with a point of small order in it that falls out': true,
} as const

export type Division = keyof typeof divisions

export interface DividingSigner {
  readonly publicKey: Uint8Array
  sign(message: Uint8Array): Uint8Array
}

const { Point } = ed25519
const order = Point.CURVE().n
/** A point of order 8, the first of the list in "Taming the many EdDSAs" (Chalkias, Garillot and Nikolaenko, 2020). */
const torsion = Point.fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a')
/** The neutral point (0, 1) as 1 + p, and with the sign bit of an x that is 0. */
const unreduced = fromHex(`ee${'ff'.repeat(30)}7f`)
const signed = fromHex(`01${'00'.repeat(30)}80`)

const inSmallOrder = (division: Division) => division.startsWith('key')

export function dividingSigner(division: Division, byte: number): DividingSigner {
  const { scalar, point } = ed25519.utils.getExtendedPublicKey(new Uint8Array(32).fill(byte))
  const publicKey = (inSmallOrder(division) ? point.add(torsion) : point).toBytes()
  const challenge = (r: Uint8Array, message: Uint8Array) =>
    littleEndian(sha512(concatBytes(r, publicKey, message))) % order
  const sign = (message: Uint8Array) => {
    // What falls out of the equation is a multiple of 8 times the point of order 8.
    const fits = (k: bigint) => !inSmallOrder(division) || (k % 8n === 0n) === divisions[division]
    for (let nonce = 1n; ; nonce++) {
      const [r, secret] = commitment(division, nonce)
      const k = challenge(r, message)
      if (fits(k)) return concatBytes(r, toBytes((secret + k * scalar) % order))
    }
  }
  return { publicKey, sign }
}

/** R, and the scalar behind it. */
function commitment(division: Division, nonce: bigint): readonly [Uint8Array, bigint] {
  if (division === 'R not reduced') return [unreduced, 0n]
  if (division === 'R the neutral point with a sign') return [signed, 0n]
  const point = Point.BASE.multiply(nonce)
  return [(inSmallOrder(division) ? point : point.add(torsion)).toBytes(), nonce]
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes.toReversed())}`)
}

function toBytes(scalar: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((scalar >> BigInt(8 * i)) & 0xffn))
}
