import { sign } from 'node:crypto'
import type { SignatureAlgorithm, Signer } from '../core/signer.ts'
import { ed25519Key } from './private-key.ts'
import { requireAlgorithm } from './require-algorithm.ts'

const algorithm: SignatureAlgorithm = 'ed25519'

/**
 * A signer around an Ed25519 private key (its 32-byte seed, which may be wiped afterwards).
 * @throws EnergywebError `key-invalid` when it is not 32 bytes.
 */
export function ed25519Signer(seed: Uint8Array): Signer {
  const { key, publicKey } = ed25519Key(seed)
  return {
    algorithms: [algorithm],
    publicKey(asked) {
      requireAlgorithm(asked, algorithm)
      return publicKey.slice()
    },
    async sign(message, options) {
      requireAlgorithm(options.algorithm, algorithm)
      options.signal?.throwIfAborted()
      return new Uint8Array(sign(null, message, key))
    },
  }
}
