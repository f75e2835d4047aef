import { hashes as library, Point, verify } from '@noble/ed25519'
import { sha512 } from '@noble/hashes/sha2.js'
import { concatBytes, equalBytes, toHex } from '../core/bytes.ts'

/*
 * Signatures by Ed25519 (RFC 8032 section 5.1). Section 5.1.7 lets a verifier choose between an equation with the cofactor and
 * one without. Whoever signs can make signatures that only one of them takes, and so a checkpoint that is signed for some
 * auditors and not for others. Here, as in Go and in OpenSSL, it is the equation without the cofactor.
 */

// The library takes the hash from outside; with it set, it verifies without waiting.
library.sha512 = sha512

/** Bytes of a signature: R and S. */
export const signatureLength = 64

/** Order of the group, L of RFC 8032 section 5.1. */
const order = Point.CURVE().n

/** True when the key's owner has signed the message, for every verifier alike. The signature has 64 bytes. */
export function hasSignedByEd25519(
  publicKey: Uint8Array,
  { message, signature }: { readonly message: Uint8Array; readonly signature: Uint8Array },
): boolean {
  // The library decides with the cofactor, refuses what is not reduced and keys of small order; the rest can only be refused.
  if (!verify(signature, message, publicKey, { zip215: false })) return false
  const r = signature.subarray(0, 32)
  const k = littleEndian(sha512(concatBytes(r, publicKey, message))) % order
  const key = Point.fromBytes(publicKey).negate().multiplyUnsafe(k)
  const sum = Point.BASE.multiplyUnsafe(littleEndian(signature.subarray(32))).add(key)
  return equalBytes(sum.toBytes(), r)
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes.toReversed())}`)
}

/** Everybody can sign for a point of small order. */
export function isSoundPoint(publicKey: Uint8Array): boolean {
  try {
    return !Point.fromBytes(publicKey).isSmallOrder()
  } catch {
    // The library tells what is no point by an error of its own.
    return false
  }
}
