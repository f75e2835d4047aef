import { sign } from 'node:crypto'
import type { SignatureAlgorithm, Signer } from '../core/signer.ts'
import { p256Key } from './private-key.ts'
import { requireAlgorithm } from './require-algorithm.ts'

const algorithm: SignatureAlgorithm = 'p256'

/**
 * A signer around a P-256 private key (32 bytes, which may be wiped afterwards): an evidence key in software, for whoever has
 * no hardware that holds one.
 * @throws EnergywebError `key-invalid` when it is not a number from 1 to n - 1.
 */
export function p256Signer(privateKey: Uint8Array): Signer {
  const { key, publicKey } = p256Key(privateKey)
  return {
    algorithms: [algorithm],
    publicKey(asked) {
      requireAlgorithm(asked, algorithm)
      return publicKey.slice()
    },
    async sign(message, options) {
      requireAlgorithm(options.algorithm, algorithm)
      options.signal?.throwIfAborted()
      return new Uint8Array(sign('sha256', message, { key, dsaEncoding: 'ieee-p1363' }))
    },
  }
}
