import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { concatBytes, fromHex } from '../core/bytes.ts'
import { p256SpkiHead } from '../core/p256-spki.ts'
import { isP256Point, readEcdsaSignature } from '../proof/ecdsa-key.ts'
import { hasSignedByEd25519, isSoundPoint, signatureLength } from '../proof/ed25519-signature.ts'
import type { KeyAlgorithm, SignedMessage, VerifierKey } from '../proof/verifier-key.ts'

/*
 * Signatures verified by OpenSSL, some forty times as fast as by what runs in browsers, and by the same rules: what one refuses,
 * the other refuses. OpenSSL has its own mind, and not the same in each version: some take P-256 keys in hybrid form, or Ed25519
 * keys of small order. So who can be a key, and how a signature is written, is decided as everywhere, and OpenSSL does the sums.
 */

/** SubjectPublicKeyInfo of Ed25519 without its 32 bytes, DER (RFC 8410 section 4). */
const ed25519SpkiHead = fromHex('302a300506032b6570032100')

/** ECDSA over P-256 and SHA-256, high s too. */
export const p256ByOpenSsl: KeyAlgorithm = algorithmOf(
  publicKey => {
    const point = publicKey.subarray(p256SpkiHead.length)
    return isP256Point(point) ? concatBytes(p256SpkiHead, point) : undefined
  },
  (key, { message, signature }) => {
    const numbers = readEcdsaSignature(signature)
    if (numbers === undefined) return undefined
    return key !== undefined && verify('sha256', message, { key, dsaEncoding: 'ieee-p1363' }, numbers)
  },
)

/**
 * By the equation without the cofactor, which is OpenSSL's, too: what it takes from a sound key holds. What it refuses is decided
 * anew, because 3.5 refuses an R that is the neutral point, which holds everywhere else.
 */
export const ed25519ByOpenSsl: KeyAlgorithm = algorithmOf(
  publicKey => (isSoundPoint(publicKey) ? concatBytes(ed25519SpkiHead, publicKey) : undefined),
  (key, signed, publicKey) => {
    const { message, signature } = signed
    if (signature.length !== signatureLength) return undefined
    if (key === undefined) return false
    return verify(null, message, key, signature) || hasSignedByEd25519(publicKey, signed)
  },
)

/** The same key; its signatures are verified by OpenSSL. */
export function byOpenSsl(key: VerifierKey): VerifierKey {
  return { ...key, algorithm: key.type === 'ecdsa' ? p256ByOpenSsl : ed25519ByOpenSsl }
}

/** Takes each key apart once; one that can be no key is undefined to `hasSigned`. */
function algorithmOf(
  spkiOf: (publicKey: Uint8Array) => Uint8Array | undefined,
  hasSigned: (
    key: KeyObject | undefined,
    signed: SignedMessage,
    publicKey: Uint8Array,
  ) => boolean | undefined,
): KeyAlgorithm {
  const known = new WeakMap<Uint8Array, { readonly key: KeyObject | undefined }>()
  const open = (publicKey: Uint8Array) => {
    const spki = spkiOf(publicKey)
    const key = spki && createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
    known.set(publicKey, { key })
    return { key }
  }
  return {
    hasSigned(publicKey, signed) {
      const { key } = known.get(publicKey) ?? open(publicKey)
      return hasSigned(key, signed, publicKey)
    },
  }
}
