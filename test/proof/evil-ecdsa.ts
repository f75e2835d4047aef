import { p256 } from '@noble/curves/nist.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { concatBytes, fromHex } from '../../src/core/bytes.ts'

/*
 * Signatures by ECDSA over P-256 at the edges of what is allowed, with keys that were worked out for them: the cases by which
 * Wycheproof (Google, then C2SP) tells implementations that do their sums wrong.
 */

const { Point } = p256
/** Order of the group, and of the field, SP 800-186 section 3.2.1.3. */
export const { n: order, p: prime } = Point.CURVE()

export interface EdgeCase {
  readonly name: string
  readonly point: Uint8Array
  readonly numbers: readonly [r: bigint, s: bigint]
  readonly holds: boolean
}

const modulo = (a: bigint, n = order) => ((a % n) + n) % n
const inverse = (a: bigint) => Point.Fn.inv(modulo(a))

/** Valid and invalid signatures of a message that only exact sums tell apart. */
export function edgeCases(message: Uint8Array): readonly EdgeCase[] {
  const z = modulo(Point.Fn.fromBytes(sha256(message), true))
  // The key for which R is what the sums of (r, s) come to: Q = (s R - z G) / r.
  const keyFor = (r: bigint, s: bigint, at: typeof Point.BASE) =>
    at.multiply(s).add(Point.BASE.multiply(z).negate()).multiply(inverse(r)).toBytes(false)
  const beyond = pointBeyondOrder()
  const { x } = beyond.toAffine()
  const small = x - order
  const one = Point.BASE.toAffine().x
  // z G + r Q is the neutral point: no R comes out of the sums.
  const opposite = Point.BASE.multiply(modulo(-z * inverse(one))).toBytes(false)
  // u1 G and u2 Q are one point, which has to be doubled.
  const same = Point.BASE.multiply(modulo(z * inverse(one)))
  const doubled = Point.BASE.multiply(2n).toAffine().x
  const twin = Point.BASE.multiply(modulo(z * inverse(doubled)))
  return [
    {
      name: 'r is what is left of an x beyond the order',
      point: keyFor(small, 5n, beyond),
      numbers: [small, 5n],
      holds: true,
    },
    { name: 'r is that x itself', point: keyFor(small, 5n, beyond), numbers: [x, 5n], holds: false },
    { name: 's is 1', point: keyFor(one, 1n, Point.BASE), numbers: [one, 1n], holds: true },
    {
      name: 's is the largest',
      point: keyFor(one, order - 1n, Point.BASE),
      numbers: [one, order - 1n],
      holds: true,
    },
    { name: 'the sums come to no point', point: opposite, numbers: [one, 3n], holds: false },
    {
      name: 'the sums add a point to itself',
      point: twin.toBytes(false),
      numbers: [doubled, z],
      holds: true,
    },
    {
      name: 'the sums add a point to itself, and to another',
      point: same.toBytes(false),
      numbers: [one, z],
      holds: false,
    },
  ]
}

/** A point whose x is a number of the field that the order is too small for. */
function pointBeyondOrder(): typeof Point.BASE {
  for (let x = order; x < prime; x++) {
    const bytes = concatBytes(Uint8Array.of(2), Point.Fp.toBytes(x))
    try {
      return Point.fromBytes(bytes)
    } catch {
      // Every other x has no point.
    }
  }
  throw new RangeError('no point of the curve lies beyond the order')
}

/** Bytes of points that are none, or not as a key has them; all have 65 bytes. */
export function wrongPoints(point: Uint8Array): Readonly<Record<string, Uint8Array>> {
  const { x, y } = Point.fromBytes(point).toAffine()
  const from = (head: number, ...numbers: readonly Uint8Array[]) =>
    concatBytes(Uint8Array.of(head), ...numbers)
  const bytes = (value: bigint) =>
    Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * (31 - i))) & 0xffn))
  return {
    'not on the curve': from(4, bytes(x), bytes(y ^ 1n)),
    'coordinates swapped': from(4, bytes(y), bytes(x)),
    hybrid: from((y & 1n) === 0n ? 6 : 7, bytes(x), bytes(y)),
    'hybrid of the other sign': from((y & 1n) === 0n ? 7 : 6, bytes(x), bytes(y)),
    'compressed, and as long': from(2, bytes(x), bytes(y)),
    'of no form': from(0, bytes(x), bytes(y)),
    'all zeros': new Uint8Array(65),
    'zero and zero': from(4, bytes(0n), bytes(0n)),
    'x not reduced': from(4, bytes(5n + prime), bytes(y)),
    'all ones': new Uint8Array(65).fill(0xff),
  }
}

/** ASN.1 DER of two numbers, whatever they are, and ways to write them that are none of DER. */
export function encodings(r: bigint, s: bigint): Readonly<Record<string, Uint8Array>> {
  const [a, b] = [integer(r), integer(s)]
  const body = concatBytes(a, b)
  const head = (...bytes: readonly number[]) => Uint8Array.from(bytes)
  return {
    der: concatBytes(head(0x30, body.length), body),
    'a length in two bytes': concatBytes(head(0x30, 0x81, body.length), body),
    'a length that is not told': concatBytes(head(0x30, 0x80), body, head(0, 0)),
    'a length that is too short': concatBytes(head(0x30, body.length - 1), body),
    'a length that is too long': concatBytes(head(0x30, body.length + 1), body),
    'a byte behind it': concatBytes(head(0x30, body.length), body, head(0)),
    'a byte within it': concatBytes(head(0x30, body.length + 1), body, head(0)),
    'a set': concatBytes(head(0x31, body.length), body),
    'one number': concatBytes(head(0x30, a.length), a),
    'three numbers': concatBytes(head(0x30, body.length + b.length), body, b),
    'a leading zero too many': sequence(padded(a), b),
    'a leading zero too many in s': sequence(a, padded(b)),
    'octets for a number': sequence(Uint8Array.from(a).fill(4, 0, 1), b),
    'an empty number': sequence(head(2, 0), b),
    'a negative number': sequence(unpadded(a), unpadded(b)),
    'no bytes': new Uint8Array(),
    cut: concatBytes(head(0x30, body.length), body).slice(0, -1),
    'r and s alone': concatBytes(fixed(r), fixed(s)),
  }
}

function sequence(...numbers: readonly Uint8Array[]): Uint8Array {
  const body = concatBytes(...numbers)
  return concatBytes(Uint8Array.of(0x30, body.length), body)
}

function integer(value: bigint): Uint8Array {
  const digits = value.toString(16)
  const hex = digits.length % 2 === 0 ? digits : `0${digits}`
  const bytes = fromHex(hex)
  const signed = (bytes[0] ?? 0) > 0x7f ? concatBytes(Uint8Array.of(0), bytes) : bytes
  return concatBytes(Uint8Array.of(2, signed.length), signed)
}

function padded(number: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(2, number.length - 1, 0), number.subarray(2))
}

/** Without the zero that keeps it positive, and of the same number otherwise. */
function unpadded(number: Uint8Array): Uint8Array {
  return number[2] === 0 && number.length > 3
    ? concatBytes(Uint8Array.of(2, number.length - 3), number.subarray(3))
    : number
}

function fixed(value: bigint): Uint8Array {
  return fromHex(value.toString(16).padStart(64, '0').slice(-64))
}
