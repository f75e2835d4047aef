import type { SignatureAlgorithm, Signer } from '../core/signer.ts'
import { requireAlgorithm } from './require-algorithm.ts'

/**
 * A signer around one key in the memory of this process. `sign` gets what the algorithm signs: a message, or of secp256k1 a
 * digest.
 */
export function signerAround(
  algorithm: SignatureAlgorithm,
  { publicKey, sign }: { readonly publicKey: Uint8Array; readonly sign: (data: Uint8Array) => Uint8Array },
): Signer {
  return {
    algorithms: [algorithm],
    publicKey(asked) {
      requireAlgorithm(asked, algorithm)
      return Uint8Array.from(publicKey)
    },
    async sign(data, options) {
      requireAlgorithm(options.algorithm, algorithm)
      options.signal?.throwIfAborted()
      return Uint8Array.from(sign(data))
    },
  }
}
