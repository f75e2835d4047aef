import { EnergywebError } from '../core/errors.ts'
import type { SignatureAlgorithm, Signer } from '../core/signer.ts'
import { requireAlgorithm } from './require-algorithm.ts'

const algorithm: SignatureAlgorithm = 'secp256k1'
const digestLength = 32

/**
 * A signer around a secp256k1 private key (32 bytes, copied; the caller's may be wiped afterwards). Signatures are
 * deterministic (RFC 6979) with low s, so the same digest always gives the same bytes.
 * @throws EnergywebError `key-invalid` when it is not a number from 1 to n - 1.
 */
export async function secp256k1Signer(privateKey: Uint8Array): Promise<Signer> {
  const { secp256k1 } = await import('@noble/curves/secp256k1.js')
  if (!secp256k1.utils.isValidSecretKey(privateKey)) {
    throw new EnergywebError('key-invalid', 'the bytes are not a secp256k1 private key', {
      hint: 'It must be 32 bytes, not all zero, and below the order of the curve.',
    })
  }
  // Not slice(): of a Buffer that is a view, which its owner wipes.
  const secret = Uint8Array.from(privateKey)
  const publicKey = secp256k1.getPublicKey(secret, false)
  return {
    algorithms: [algorithm],
    publicKey(asked) {
      requireAlgorithm(asked, algorithm)
      return publicKey.slice()
    },
    async sign(digest, options) {
      requireAlgorithm(options.algorithm, algorithm)
      options.signal?.throwIfAborted()
      if (digest.length !== digestLength) {
        throw new EnergywebError('argument-invalid', `a digest has 32 bytes, not ${digest.length}`)
      }
      const recovered = secp256k1.sign(digest, secret, { prehash: false, lowS: true, format: 'recovered' })
      // The library puts the recovery id first; a Signer gives r || s || recovery id.
      const signature = new Uint8Array(recovered.length)
      signature.set(recovered.subarray(1))
      signature.set(recovered.subarray(0, 1), recovered.length - 1)
      return signature
    },
  }
}
