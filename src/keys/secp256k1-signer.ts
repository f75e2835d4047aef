import { concatBytes } from '../core/bytes.ts'
import { EnergywebError } from '../core/errors.ts'
import type { Signer } from '../core/signer.ts'
import { signerAround } from './signer-around.ts'

const digestLength = 32
const keyLength = 32

/**
 * A signer around a secp256k1 private key (32 bytes, copied; the caller's may be wiped afterwards). Signatures are
 * deterministic (RFC 6979) with low s, so the same digest always gives the same bytes. The curve is libsecp256k1, compiled
 * to WebAssembly: constant time, and four times as fast as one written in JavaScript.
 * @throws EnergywebError `key-invalid` when it is not a number from 1 to n - 1.
 */
export async function secp256k1Signer(privateKey: Uint8Array): Promise<Signer> {
  const { isPrivate, pointFromScalar, signRecoverable } = await import('tiny-secp256k1')
  if (privateKey.length !== keyLength || !isPrivate(privateKey)) {
    throw new EnergywebError('key-invalid', 'the bytes are not a secp256k1 private key', {
      hint: 'It must be 32 bytes, not all zero, and below the order of the curve.',
    })
  }
  // Not slice(): of a Buffer that is a view, which its owner wipes.
  const secret = Uint8Array.from(privateKey)
  const publicKey = pointFromScalar(secret, false)
  if (publicKey === null) throw new EnergywebError('key-invalid', 'the private key has no public key')
  const sign = (digest: Uint8Array) => {
    if (digest.length !== digestLength) {
      throw new EnergywebError('argument-invalid', `a digest has 32 bytes, not ${digest.length}`)
    }
    const { signature, recoveryId } = signRecoverable(digest, secret)
    return concatBytes(signature, Uint8Array.of(recoveryId))
  }
  return signerAround('secp256k1', { publicKey, sign })
}
