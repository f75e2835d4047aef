import { sign } from 'node:crypto'
import type { Signer } from '../core/signer.ts'
import { p256Key } from './private-key.ts'
import { signerAround } from './signer-around.ts'

/**
 * A signer around a P-256 private key (32 bytes, which may be wiped afterwards): an evidence key in software, for whoever has
 * no hardware that holds one.
 * @throws EnergywebError `key-invalid` when it is not a number from 1 to n - 1.
 */
export function p256Signer(privateKey: Uint8Array): Signer {
  const { key, publicKey } = p256Key(privateKey)
  const dsa = { key, dsaEncoding: 'ieee-p1363' } as const
  return signerAround('p256', { publicKey, sign: message => sign('sha256', message, dsa) })
}
