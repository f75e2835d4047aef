import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto'
import { toBase64url } from '../../core/bytes.ts'
import { EnergywebError } from '../../core/errors.ts'
import type { SignatureAlgorithm } from '../../core/signer.ts'
import { recoverable } from './recoverable.ts'

/** How one algorithm's signatures are asked of a token, and looked at before anybody gets them. */
export interface Signing {
  /** What the token is given for data, as `Signer` has it. @throws EnergywebError `argument-invalid` */
  input(data: Uint8Array): Uint8Array
  /** The signature as `Signer` has it; undefined when this key did not make it. */
  checked(signature: Uint8Array, data: Uint8Array): Promise<Uint8Array | undefined>
}

/** @throws EnergywebError `key-invalid` when the public key is no point of the curve */
export async function signingWith(algorithm: SignatureAlgorithm, publicKey: Uint8Array): Promise<Signing> {
  if (algorithm === 'secp256k1') return secp256k1(publicKey)
  const key = keyObject(algorithm, publicKey)
  if (algorithm === 'ed25519') {
    return {
      input: message => message,
      checked: async (signature, message) => (verify(null, message, key, signature) ? signature : undefined),
    }
  }
  return {
    input: message => createHash('sha256').update(message).digest(),
    checked: async (signature, message) =>
      verify('sha256', message, { key, dsaEncoding: 'ieee-p1363' }, signature) ? signature : undefined,
  }
}

async function secp256k1(publicKey: Uint8Array): Promise<Signing> {
  const { isPoint } = await import('tiny-secp256k1')
  if (!isPoint(publicKey)) throw noPoint('secp256k1')
  return {
    input(digest) {
      if (digest.length === 32) return digest
      throw new EnergywebError('argument-invalid', `a digest has 32 bytes, not ${digest.length}`)
    },
    checked: (signature, digest) => recoverable(signature, { digest, publicKey }),
  }
}

function keyObject(algorithm: 'p256' | 'ed25519', publicKey: Uint8Array): KeyObject {
  const part = (from: number, to?: number) => toBase64url(publicKey.subarray(from, to))
  const key =
    algorithm === 'ed25519'
      ? { kty: 'OKP', crv: 'Ed25519', x: part(0) }
      : { kty: 'EC', crv: 'P-256', x: part(1, 33), y: part(33) }
  try {
    return createPublicKey({ key, format: 'jwk' })
  } catch (cause) {
    throw noPoint(algorithm, cause)
  }
}

function noPoint(algorithm: SignatureAlgorithm, cause?: unknown): EnergywebError {
  return new EnergywebError('key-invalid', `the token's public key is no point of ${algorithm}`, { cause })
}
