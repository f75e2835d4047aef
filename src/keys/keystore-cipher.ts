import { createCipheriv, createDecipheriv, timingSafeEqual } from 'node:crypto'
import { EnergywebError } from '../core/errors.ts'
import { deriveKey } from './key-derivation.ts'
import type { KeyDerivation, Keystore } from './keystore-format.ts'

const cipher = 'aes-128-ctr'
const cipherKeyLength = 16

/** Encrypts `plain` under a password: what a keystore keeps of it. */
export async function encrypt(
  plain: Uint8Array,
  options: { password: string; derivation: KeyDerivation; iv: Uint8Array; signal?: AbortSignal },
): Promise<Pick<Keystore, 'derivation' | 'iv' | 'ciphertext' | 'mac'>> {
  const { password, derivation, iv, ...rest } = options
  const derived = await deriveKey(password, derivation, rest)
  try {
    const aes = createCipheriv(cipher, derived.subarray(0, cipherKeyLength), iv)
    const ciphertext = Buffer.concat([aes.update(plain), aes.final()])
    return { derivation, iv, ciphertext, mac: await macOf(derived, ciphertext) }
  } finally {
    derived.fill(0)
  }
}

/**
 * Decrypts a keystore. Its check sum is compared first, in constant time; nothing is decrypted unless it fits.
 * @throws EnergywebError `key-password`; `key-unavailable`
 */
export async function decrypt(
  keystore: Keystore,
  options: { password: string; signal?: AbortSignal },
): Promise<Buffer> {
  const { password, ...rest } = options
  const derived = await deriveKey(password, keystore.derivation, rest)
  try {
    if (!timingSafeEqual(await macOf(derived, keystore.ciphertext), keystore.mac)) {
      throw new EnergywebError('key-password', 'the password does not open the keystore', {
        hint: 'The password is wrong (mind the keyboard and a line end at its end), or the file was damaged.',
      })
    }
    const aes = createDecipheriv(cipher, derived.subarray(0, cipherKeyLength), keystore.iv)
    const plain = aes.update(keystore.ciphertext)
    aes.final()
    return plain
  } finally {
    derived.fill(0)
  }
}

/** Web3 secret storage: keccak-256 of the derived key's second half and the ciphertext. */
async function macOf(derived: Uint8Array, ciphertext: Uint8Array): Promise<Uint8Array> {
  const { keccak_256 } = await import('@noble/hashes/sha3.js')
  return keccak_256(Buffer.concat([derived.subarray(cipherKeyLength), ciphertext]))
}
