import { equalBytes, fromHex, toHex } from '../../core/bytes.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { SignatureAlgorithm } from '../../core/signer.ts'
import { ckm } from './cryptoki.ts'

interface Curve {
  /** DER of its name, as CKA_EC_PARAMS holds it; the first is the one that keys are made with, then what other tokens say. */
  readonly names: readonly Uint8Array[]
  readonly generate: number
  readonly sign: number
  /** Bytes of a public key. */
  readonly length: number
}

/** The curves that we have a use for. */
export const curves: Readonly<Record<SignatureAlgorithm, Curve>> = {
  // 1.3.132.0.10 (SEC 2)
  secp256k1: { names: [fromHex('06052b8104000a')], generate: ckm.ecKeyPairGen, sign: ckm.ecdsa, length: 65 },
  // 1.2.840.10045.3.1.7 (RFC 5480)
  p256: {
    names: [fromHex('06082a8648ce3d030107')],
    generate: ckm.ecKeyPairGen,
    sign: ckm.ecdsa,
    length: 65,
  },
  ed25519: {
    // The text "edwards25519" (PKCS#11 v3.0, section 2.3.5); 1.3.101.112 (RFC 8410); GnuPG's 1.3.6.1.4.1.11591.15.1.
    names: [
      fromHex('130c656477617264733235353139'),
      fromHex('06032b6570'),
      fromHex('06092b06010401da470f01'),
    ],
    generate: ckm.edwardsKeyPairGen,
    sign: ckm.eddsa,
    length: 32,
  },
}

/** The algorithm of a key, by the name of its curve; undefined for a curve that we have no use for. */
export function algorithmOf(curve: Uint8Array | undefined): SignatureAlgorithm | undefined {
  if (curve === undefined) return undefined
  const algorithms: readonly SignatureAlgorithm[] = ['secp256k1', 'p256', 'ed25519']
  return algorithms.find(one => curves[one].names.some(name => equalBytes(name, curve)))
}

/** A curve's name for people. */
export function curveWords(curve: Uint8Array | undefined): string {
  if (curve === undefined) return 'no curve'
  return algorithmOf(curve) ?? `the curve ${toHex(curve.subarray(0, 32))}`
}

/**
 * The public key in CKA_EC_POINT: by the standard a DER OCTET STRING around the point; some tokens give a BIT STRING or the
 * bare point.
 * @throws EnergywebError `key-invalid`
 */
export function publicKeyIn(point: Uint8Array, algorithm: SignatureAlgorithm): Uint8Array {
  const { length } = curves[algorithm]
  const bare = [point, unwrapped(point, 0x04, 2), unwrapped(point, 0x03, 3)].find(
    one => one?.length === length && (algorithm === 'ed25519' || one[0] === 4),
  )
  if (bare !== undefined) return Uint8Array.from(bare)
  throw new EnergywebError(
    'key-invalid',
    `the token's public key (${toHex(point.subarray(0, 80))}) is none of ${algorithm}`,
  )
}

/** What a short DER string of this tag holds, when it is one; `head` bytes come before. */
function unwrapped(bytes: Uint8Array, tag: number, head: number): Uint8Array | undefined {
  return bytes[0] === tag && bytes[1] === bytes.length - 2 ? bytes.subarray(head) : undefined
}
