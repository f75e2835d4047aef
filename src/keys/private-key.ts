import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { fromHex, toHex } from '../core/bytes.ts'
import { EnergywebError } from '../core/errors.ts'
import type { SignatureAlgorithm } from '../core/signer.ts'

export const privateKeyLength = 32

/** RFC 8410 section 7: the DER head of a PKCS#8 Ed25519 private key; the 32-byte seed follows. */
const ed25519Head = Buffer.from('302e020100300506032b657004220420', 'hex')

/** RFC 5958 around RFC 5915: the DER head of a PKCS#8 P-256 private key without its public key; the 32-byte scalar follows. */
const p256Head = Buffer.from('3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420', 'hex')

/** FIPS 186-4, appendix D.1.2.3: n. */
const p256Order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

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

const heads = { ed25519: ed25519Head, p256: p256Head, secp256k1: Buffer.alloc(0) } as const

/**
 * What is encrypted for a key: a chain key's 32 bytes as other programs have them; the others as PKCS#8, 48 bytes (Ed25519) or
 * 67 (P-256). Its length alone keeps one from being taken for another.
 */
export function encodePrivateKey(privateKey: Uint8Array, algorithm: SignatureAlgorithm): Buffer {
  return Buffer.concat([heads[algorithm], privateKey])
}

/** The 32 bytes of the key in what was encrypted for it; undefined when it is anything else. */
export function decodePrivateKey(bytes: Uint8Array, algorithm: SignatureAlgorithm): Uint8Array | undefined {
  const head = heads[algorithm]
  if (bytes.length !== head.length + privateKeyLength) return undefined
  if (!head.equals(bytes.subarray(0, head.length))) return undefined
  return Uint8Array.from(bytes.subarray(head.length))
}

/** Node's key of an Ed25519 seed (32 bytes), and the public key's 32 bytes. */
export function ed25519Key(seed: Uint8Array): NodeKey {
  if (seed.length !== privateKeyLength) {
    throw new EnergywebError('key-invalid', `an Ed25519 private key has 32 bytes, not ${seed.length}`)
  }
  return nodeKey(seed, 'ed25519', privateKeyLength)
}

/**
 * Node's key of a P-256 scalar (32 bytes), and the public key's 65 bytes, uncompressed.
 * @throws EnergywebError `key-invalid` when it is not a number from 1 to n - 1
 */
export function p256Key(scalar: Uint8Array): NodeKey {
  // OpenSSL takes any number for one.
  const value = scalar.length === privateKeyLength ? BigInt(`0x${toHex(scalar)}`) : 0n
  if (value > 0n && value < p256Order) return nodeKey(scalar, 'p256', 65)
  throw new EnergywebError('key-invalid', 'the bytes are not a P-256 private key', {
    hint: 'It must be 32 bytes, not all zero, and below the order of the curve.',
  })
}

interface NodeKey {
  readonly key: KeyObject
  readonly publicKey: Uint8Array
}

function nodeKey(privateKey: Uint8Array, algorithm: 'ed25519' | 'p256', publicLength: number): NodeKey {
  const der = encodePrivateKey(privateKey, algorithm)
  try {
    const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
    // SubjectPublicKeyInfo ends with the key itself.
    const spki = createPublicKey(key).export({ format: 'der', type: 'spki' })
    return { key, publicKey: new Uint8Array(spki.subarray(-publicLength)) }
  } finally {
    der.fill(0)
  }
}
