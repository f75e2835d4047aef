import { randomUUID } from 'node:crypto'
import { fromHex, toHex } from '../core/bytes.ts'
import { EnergywebError } from '../core/errors.ts'
import type { SignatureAlgorithm } from '../core/signer.ts'

/** Cost of scrypt: memory 128 x n x r bytes, time as n x r x p. */
export interface ScryptCost {
  readonly n: number
  readonly r: number
  readonly p: number
}

/** How the password becomes a key. */
export type KeyDerivation =
  | ({ readonly kdf: 'scrypt'; readonly salt: Uint8Array } & ScryptCost)
  | { readonly kdf: 'pbkdf2'; readonly iterations: number; readonly salt: Uint8Array }

/** The content of a keystore file: Web3 secret storage version 3, and for a key of another curve the member `energyweb`. */
export interface Keystore {
  readonly algorithm: SignatureAlgorithm
  /** secp256k1: the account's address, 40 lower-case hex digits; other programs may leave it out. */
  readonly address?: string
  /** The public key. ed25519: 32 bytes. p256: 65 bytes, uncompressed. */
  readonly publicKey?: Uint8Array
  readonly derivation: KeyDerivation
  readonly iv: Uint8Array
  readonly ciphertext: Uint8Array
  readonly mac: Uint8Array
}

/** A file this long holds no key. */
export const longestKeystore = 65_536

// A keystore comes from somewhere else and sets its own cost. geth's is n x r x p = 2^21 with 256 MiB; four times its time
// and no more than its memory are allowed.
const largestN = 2 ** 18
const largestCells = 2 ** 21
const largestWork = 2 ** 23
const mostIterations = 10_000_000
const derivedLength = 32

/** The text of a keystore file. */
export function formatKeystore(keystore: Keystore): string {
  const { algorithm, address, publicKey, derivation, iv, ciphertext, mac } = keystore
  const salt = toHex(derivation.salt)
  const kdfparams =
    derivation.kdf === 'scrypt'
      ? { dklen: derivedLength, n: derivation.n, r: derivation.r, p: derivation.p, salt }
      : { dklen: derivedLength, c: derivation.iterations, prf: 'hmac-sha256', salt }
  const content = {
    version: 3,
    id: randomUUID(),
    ...(address === undefined ? {} : { address }),
    ...(publicKey === undefined ? {} : { energyweb: { algorithm, publicKey: toHex(publicKey) } }),
    crypto: {
      cipher: 'aes-128-ctr',
      cipherparams: { iv: toHex(iv) },
      ciphertext: toHex(ciphertext),
      kdf: derivation.kdf,
      kdfparams,
      mac: toHex(mac),
    },
  }
  return `${JSON.stringify(content, undefined, 2)}\n`
}

/**
 * Reads a keystore file's text, which may be hostile: every cost it asks for is capped here.
 * Members of other programs beside `crypto` are ignored.
 * @throws EnergywebError `key-invalid`, without a word of the text.
 */
export function parseKeystore(text: string): Keystore {
  if (text.length > longestKeystore) throw invalid('it is too long')
  const file = record(parseJson(text), 'the file')
  if (file.version !== 3)
    throw invalid('its version is not 3', 'Only version 3 of Web3 secret storage is read.')
  if (file.crypto !== undefined && file.Crypto !== undefined)
    throw invalid('it has both "crypto" and "Crypto"')
  const crypto = record(file.crypto ?? file.Crypto, '"crypto"')
  if (crypto.cipher !== 'aes-128-ctr') throw invalid('its cipher is not aes-128-ctr')
  const ciphertext = hex(crypto.ciphertext, 'ciphertext', { from: 16, to: 80 })
  return {
    ...parseKind(file),
    derivation: parseDerivation(crypto.kdf, record(crypto.kdfparams, '"kdfparams"')),
    iv: hex(record(crypto.cipherparams, '"cipherparams"').iv, 'iv', { from: 16, to: 16 }),
    ciphertext,
    mac: hex(crypto.mac, 'mac', { from: 32, to: 32 }),
  }
}

function parseKind(file: Record<string, unknown>): Pick<Keystore, 'algorithm' | 'address' | 'publicKey'> {
  if (file.energyweb !== undefined) {
    const { algorithm, publicKey, ...others } = record(file.energyweb, '"energyweb"')
    if (
      (algorithm !== 'ed25519' && algorithm !== 'p256') ||
      Object.keys(others).length > 0 ||
      file.address !== undefined
    ) {
      throw invalid(
        'its member "energyweb" is not understood',
        'It may come from a newer version of energyweb.',
      )
    }
    const length = algorithm === 'ed25519' ? 32 : 65
    return { algorithm, publicKey: hex(publicKey, 'publicKey', { from: length, to: length }) }
  }
  if (file.address === undefined || file.address === '') return { algorithm: 'secp256k1' }
  return { algorithm: 'secp256k1', address: toHex(hex(file.address, 'address', { from: 20, to: 20 })) }
}

function parseDerivation(kdf: unknown, parameters: Record<string, unknown>): KeyDerivation {
  if (parameters.dklen !== derivedLength) throw invalid(`its "dklen" is not ${derivedLength}`)
  const salt = hex(parameters.salt, 'salt', { from: 8, to: 64 })
  if (kdf === 'pbkdf2') {
    if (parameters.prf !== 'hmac-sha256') throw invalid('its "prf" is not hmac-sha256')
    return { kdf, iterations: count(parameters.c, 'c', mostIterations), salt }
  }
  if (kdf !== 'scrypt') throw invalid('its "kdf" is neither scrypt nor pbkdf2')
  const n = count(parameters.n, 'n', largestN)
  const r = count(parameters.r, 'r', largestCells)
  const p = count(parameters.p, 'p', largestWork)
  requireAffordable({ n, r, p })
  return { kdf, n, r, p, salt }
}

/** @throws EnergywebError `key-invalid` for a cost of scrypt that this machine should not be asked to pay. */
export function requireAffordable({ n, r, p }: ScryptCost): void {
  if (
    ![n, r, p].every(value => Number.isInteger(value) && value >= 1) ||
    n < 2 ||
    !Number.isInteger(Math.log2(n))
  ) {
    throw invalid('its scrypt cost is not valid (n must be a power of two)')
  }
  if (n > largestN || n * r > largestCells || n * r * p > largestWork) {
    throw invalid(
      'its scrypt asks for too much memory or time',
      'Store the key again with n = 262144, r = 8, p = 1 or less.',
    )
  }
}

function count(value: unknown, name: string, largest: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > largest) {
    throw invalid(`its "${name}" is not a whole number from 1 to ${largest}`)
  }
  return value
}

function hex(value: unknown, name: string, length: { from: number; to: number }): Uint8Array {
  if (typeof value !== 'string' || !/^(0x)?([0-9a-fA-F]{2})*$/.test(value)) {
    throw invalid(`its "${name}" is not hex text`)
  }
  const bytes = fromHex(value)
  if (bytes.length < length.from || bytes.length > length.to)
    throw invalid(`its "${name}" has a wrong length`)
  return bytes
}

function record(value: unknown, name: string): Record<string, unknown> {
  if (!isRecord(value)) throw invalid(`${name} is not an object`)
  return value
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own message quotes the text, and somebody may have saved a bare private key: it is not passed on.
    throw invalid('it is not JSON')
  }
}

function invalid(
  why: string,
  hint = 'Is this the keystore file (Web3 secret storage, version 3)?',
): EnergywebError {
  return new EnergywebError('key-invalid', `not a usable keystore: ${why}`, { hint })
}
