import { sign } from 'node:crypto'
import type { Signer } from '../core/signer.ts'
import { ed25519Key } from './private-key.ts'
import { signerAround } from './signer-around.ts'

/**
 * A signer around an Ed25519 private key (its 32-byte seed, which may be wiped afterwards).
 * @throws EnergywebError `key-invalid` when it is not 32 bytes.
 */
export function ed25519Signer(seed: Uint8Array): Signer {
  const { key, publicKey } = ed25519Key(seed)
  return signerAround('ed25519', { publicKey, sign: message => sign(null, message, key) })
}
