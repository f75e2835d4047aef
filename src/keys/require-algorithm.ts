import { EnergywebError } from '../core/errors.ts'
import type { SignatureAlgorithm } from '../core/signer.ts'

const hints: Readonly<Record<SignatureAlgorithm, string>> = {
  ed25519: 'A log key never signs transactions.',
  secp256k1: 'A chain key never signs checkpoints.',
  p256: 'An evidence key never signs transactions.',
}

/** @throws EnergywebError `argument-invalid` when the key is for another algorithm than the one asked for. */
export function requireAlgorithm(asked: SignatureAlgorithm, own: SignatureAlgorithm): void {
  if (asked !== own) {
    throw new EnergywebError('argument-invalid', `this key is ${own}, it can't do ${asked}`, {
      hint: hints[own],
    })
  }
}
