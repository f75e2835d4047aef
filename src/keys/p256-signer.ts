import { createECDH, createPrivateKey, sign } from 'node:crypto'
import { EnergywebError } from '../core/errors.ts'
import type { SignatureAlgorithm, Signer } from '../core/signer.ts'
import { requireAlgorithm } from './require-algorithm.ts'

const algorithm: SignatureAlgorithm = 'p256'
const keyLength = 32

/**
 * A signer around a P-256 private key (32 bytes, which may be wiped afterwards): an evidence key in software, for whoever has
 * no hardware that holds one.
 * @throws EnergywebError `key-invalid` when it is not a number from 1 to n - 1.
 */
export function p256Signer(privateKey: Uint8Array): Signer {
  const publicKey = publicKeyOf(privateKey)
  const key = createPrivateKey({
    format: 'jwk',
    key: {
      kty: 'EC',
      crv: 'P-256',
      d: Buffer.from(privateKey).toString('base64url'),
      x: Buffer.from(publicKey.subarray(1, 33)).toString('base64url'),
      y: Buffer.from(publicKey.subarray(33)).toString('base64url'),
    },
  })
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

function publicKeyOf(privateKey: Uint8Array): Uint8Array {
  if (privateKey.length !== keyLength) throw notAKey()
  const pair = createECDH('prime256v1')
  try {
    pair.setPrivateKey(privateKey)
  } catch (cause) {
    throw notAKey(cause)
  }
  return new Uint8Array(pair.getPublicKey())
}

function notAKey(cause?: unknown): EnergywebError {
  return new EnergywebError('key-invalid', 'the bytes are not a P-256 private key', {
    hint: 'It must be 32 bytes, not all zero, and below the order of the curve.',
    cause,
  })
}
