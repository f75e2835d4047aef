import type { SignatureAlgorithm, Signer } from '../core/signer.ts'
import { ed25519Signer } from './ed25519-signer.ts'
import { p256Signer } from './p256-signer.ts'
import { secp256k1Signer } from './secp256k1-signer.ts'

/**
 * A signer around the 32 bytes of a private key, for the algorithm that it is for.
 * @throws EnergywebError `key-invalid`
 */
export async function signerOf(privateKey: Uint8Array, algorithm: SignatureAlgorithm): Promise<Signer> {
  switch (algorithm) {
    case 'ed25519':
      return ed25519Signer(privateKey)
    case 'p256':
      return p256Signer(privateKey)
    case 'secp256k1':
      return await secp256k1Signer(privateKey)
  }
}
