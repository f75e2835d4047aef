import { p256 } from '@noble/curves/nist.js'
import { equalBytes } from '../core/bytes.ts'
import { p256SpkiHead as prefix } from '../core/p256-spki.ts'
import { type Hashes, nobleHashes } from './hashes.ts'
import { ProofError } from './proof-failure.ts'
import {
  type KeyAlgorithm,
  keyTypes,
  parseVerifierKey,
  readKeyText,
  refusedKey,
  requireKeyId,
  requireKeyLength,
  requireKeyName,
  type VerifierKey,
} from './verifier-key.ts'

const p256Algorithm: KeyAlgorithm = {
  hasSigned(publicKey, { message, signature }) {
    if (readEcdsaSignature(signature) === undefined) return undefined
    // High s too: signers are free to choose it, and nothing here is told apart by its signature.
    return p256.verify(signature, message, publicKey.subarray(prefix.length), { format: 'der', lowS: false })
  },
}

/**
 * The numbers of a signature, r || s, 64 bytes; undefined for what is no signature: other bytes than DER has for them, and numbers
 * that are 0 or not below the order of the group.
 * @param signature - ASN.1 DER, as a signed note has it
 */
export function readEcdsaSignature(signature: Uint8Array): Uint8Array | undefined {
  try {
    return p256.Signature.fromBytes(signature, 'der').toBytes('compact')
  } catch {
    // The library tells every wrong encoding by an error of its own; which one is of no interest.
    return undefined
  }
}

/**
 * The numbers of a signature, r || s, 64 bytes, as programs on chains want them.
 * @param signature - ASN.1 DER, as a signed note has it
 * @throws EnergywebError `note-invalid` for what is none
 */
export function ecdsaNumbers(signature: Uint8Array): Uint8Array {
  const numbers = readEcdsaSignature(signature)
  if (numbers === undefined)
    throw new ProofError('signature-bytes-invalid', 'the bytes are no signature by ECDSA', {})
  return numbers
}

/** ASN.1 DER of r || s, as signed notes have it; undefined for what is no signature. */
export function derOf(numbers: Uint8Array): Uint8Array | undefined {
  try {
    return p256.Signature.fromBytes(numbers, 'compact').toBytes('der')
  } catch {
    // The library tells by errors of its own what is no signature.
    return undefined
  }
}

/** True for a point of the curve, uncompressed (65 bytes), and in no other form. */
export function isP256Point(point: Uint8Array): boolean {
  return p256.utils.isValidPublicKey(point, false)
}

/**
 * A key that signs by ECDSA over P-256 and SHA-256, as hardware can that has no Ed25519. Its id is the hash of its bytes alone,
 * whatever its name is (C2SP signed-note v1.0.0).
 * @param publicKey - SubjectPublicKeyInfo, DER, with the uncompressed point: 91 bytes
 * @throws EnergywebError `note-invalid`
 */
export function ecdsaKeyOf(name: string, publicKey: Uint8Array, hashes: Hashes = nobleHashes): VerifierKey {
  requireKeyName(name)
  requireKeyLength(publicKey, prefix.length + 65)
  const id = hashes.sha256(publicKey).slice(0, 4)
  return { name, type: 'ecdsa', id, publicKey, algorithm: p256Algorithm }
}

/**
 * Reads a verifier key of any kind that we verify: Ed25519, of a log or a witness, or ECDSA over P-256.
 * @throws EnergywebError `note-invalid`, with a failure of proofs
 */
export function parseAnyVerifierKey(text: string, hashes: Hashes = nobleHashes): VerifierKey {
  const { name, id, type, publicKey } = readKeyText(text)
  if (type !== keyTypes.ecdsa) return parseVerifierKey(text, hashes)
  const key = ecdsaKeyOf(name, publicKey, hashes)
  requireKeyId(key, id)
  const [head, point] = [publicKey.subarray(0, prefix.length), publicKey.subarray(prefix.length)]
  if (!equalBytes(head, prefix) || !isP256Point(point)) {
    throw refusedKey('key-bytes-invalid', 'its bytes are no point that a key can be')
  }
  return key
}
