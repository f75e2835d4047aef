import { concatBytes, fromHex } from './bytes.ts'

/** Everything of a P-256 SubjectPublicKeyInfo, DER, but its point, which is uncompressed (RFC 5480 section 2). */
export const p256SpkiHead = fromHex('3059301306072a8648ce3d020106082a8648ce3d030107034200')

/** SubjectPublicKeyInfo, DER, 91 bytes, of a P-256 point as signers give it (65 bytes, uncompressed). */
export function p256Spki(point: Uint8Array): Uint8Array {
  return concatBytes(p256SpkiHead, point)
}
