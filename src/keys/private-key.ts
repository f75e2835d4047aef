import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { fromHex } from '../core/bytes.ts'
import { EnergywebError } from '../core/errors.ts'

export const privateKeyLength = 32

/** RFC 8410 section 7: the DER head of a PKCS#8 Ed25519 private key; the 32-byte seed follows. */
const ed25519Head = Buffer.from('302e020100300506032b657004220420', 'hex')

/**
 * Bytes of a private key typed as 64 hex digits, with or without `0x`.
 * @throws EnergywebError `key-invalid`, without a word of the text.
 */
export function parsePrivateKey(text: string): Uint8Array {
  const trimmed = text.trim()
  if (!/^(0x)?[0-9a-fA-F]{64}$/.test(trimmed)) {
    throw new EnergywebError('key-invalid', 'the private key is not 64 hex digits', {
      hint: 'A private key is written as 64 hex digits, with or without 0x before them.',
    })
  }
  return fromHex(trimmed)
}

/** What is encrypted for an Ed25519 key: PKCS#8, 48 bytes. Its length alone keeps it from being taken for a chain key. */
export function encodeEd25519PrivateKey(seed: Uint8Array): Buffer {
  return Buffer.concat([ed25519Head, seed])
}

/** The seed in the PKCS#8 bytes of an Ed25519 key; undefined when they are anything else. */
export function decodeEd25519PrivateKey(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length !== ed25519Head.length + privateKeyLength) return undefined
  if (!ed25519Head.equals(bytes.subarray(0, ed25519Head.length))) return undefined
  return Uint8Array.from(bytes.subarray(ed25519Head.length))
}

/** Node's key of an Ed25519 seed (32 bytes), and the public key's 32 bytes. */
export function ed25519Key(seed: Uint8Array): { key: KeyObject; publicKey: Uint8Array } {
  if (seed.length !== privateKeyLength) {
    throw new EnergywebError('key-invalid', `an Ed25519 private key has 32 bytes, not ${seed.length}`)
  }
  const der = encodeEd25519PrivateKey(seed)
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  der.fill(0)
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' })
  return { key, publicKey: new Uint8Array(spki.subarray(-privateKeyLength)) }
}
