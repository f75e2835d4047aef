import { concatBytes } from './bytes.ts'
import { EnergywebError } from './errors.ts'

const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const zero = '1'

/** Base58 takes time quadratic in the length, so longer input is refused: this many bytes take about 2 ms. */
export const longestBase58Bytes = 1_024
const longestText = Math.ceil((longestBase58Bytes * Math.log(256)) / Math.log(58))

const checksumLength = 4

/** Any SHA-256: 32 bytes of the bytes given. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array

/**
 * Base58 text (Bitcoin's alphabet; every leading zero byte is a `1`) of at most 1,024 bytes.
 * @throws EnergywebError `base58-invalid` for more bytes.
 *
 * @example
 * encodeBase58(new TextEncoder().encode('Hello World!')) // '2NEpo7TZRRrLZSi2U'
 */
export function encodeBase58(bytes: Uint8Array): string {
  if (bytes.length > longestBase58Bytes) {
    throw new EnergywebError('base58-invalid', `${bytes.length} bytes are too many for Base58`, {
      hint: `Base58 is for keys and hashes, up to ${longestBase58Bytes} bytes; use base64 for more.`,
    })
  }
  const zeros = leading(bytes, 0)
  let text = zero.repeat(zeros)
  for (const digit of changeBase(bytes.subarray(zeros), 256, 58)) text += alphabet.charAt(digit)
  return text
}

/**
 * The bytes of Base58 text. Strict: no white space, no other alphabet, at most 1,024 bytes.
 * The message names a position, never the text: it may be a private key.
 * @throws EnergywebError `base58-invalid`
 */
export function decodeBase58(text: string): Uint8Array<ArrayBuffer> {
  if (text.length > longestText) throw tooLong()
  const digits = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) {
    const digit = alphabet.indexOf(text.charAt(i))
    if (digit < 0) {
      throw new EnergywebError(
        'base58-invalid',
        `character ${i + 1} of ${text.length} is not a Base58 digit`,
        {
          hint: 'Base58 has no 0 (zero), O (capital o), I (capital i) and l (small L), no space and no punctuation.',
        },
      )
    }
    digits[i] = digit
  }
  const zeros = leading(digits, 0)
  const bytes = concatBytes(new Uint8Array(zeros), changeBase(digits.subarray(zeros), 58, 256))
  if (bytes.length > longestBase58Bytes) throw tooLong()
  return bytes
}

/**
 * Base58Check text of a payload: Base58 of the payload and the first four bytes of its double SHA-256.
 * A Bitcoin address is that of a version byte (0 on the main network) and a 20-byte hash.
 * @param options.sha256 - the hash to use; this file imports none, so that it stays free of dependencies.
 * @throws EnergywebError `base58-invalid` for more than 1,020 bytes.
 *
 * @example
 * import { createHash } from 'node:crypto'
 * import { encodeBase58Check } from 'energyweb/base58'
 * const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
 * encodeBase58Check(new Uint8Array(21), { sha256 }) // '1111111111111111111114oLvT2'
 */
export function encodeBase58Check(payload: Uint8Array, options: { sha256: Sha256 }): string {
  return encodeBase58(concatBytes(payload, checksum(payload, options.sha256)))
}

/**
 * The payload of Base58Check text (a Bitcoin address: version byte and 20-byte hash), checksum verified and removed.
 * @param options.sha256 - the hash to use.
 * @throws EnergywebError `base58-invalid`
 */
export function decodeBase58Check(text: string, options: { sha256: Sha256 }): Uint8Array<ArrayBuffer> {
  const bytes = decodeBase58(text)
  if (bytes.length < checksumLength) {
    throw new EnergywebError('base58-invalid', 'the text is too short to hold a checksum')
  }
  const payload = bytes.slice(0, -checksumLength)
  const found = bytes.subarray(-checksumLength)
  if (!checksum(payload, options.sha256).every((byte, i) => byte === found[i])) {
    throw new EnergywebError('base58-invalid', 'the checksum does not fit', {
      hint: 'A character was mistyped, or this is plain Base58 without a checksum.',
    })
  }
  return payload
}

function checksum(payload: Uint8Array, sha256: Sha256): Uint8Array {
  return sha256(sha256(payload)).subarray(0, checksumLength)
}

function leading(digits: Uint8Array, value: number): number {
  const end = digits.findIndex(digit => digit !== value)
  return end < 0 ? digits.length : end
}

/** The same number in another base, most significant digit first. `digits` must not begin with a zero. */
function changeBase(digits: Uint8Array, from: number, to: number): Uint8Array {
  const changed = new Uint8Array(Math.ceil((digits.length * Math.log(from)) / Math.log(to)) + 1)
  let length = 0
  for (const digit of digits) {
    let carry = digit
    let i = 0
    for (; carry > 0 || i < length; i++) {
      carry += (changed[i] ?? 0) * from
      changed[i] = carry % to
      carry = Math.floor(carry / to)
    }
    length = i
  }
  return changed.subarray(0, length).reverse()
}

function tooLong(): EnergywebError {
  return new EnergywebError(
    'base58-invalid',
    `Base58 text of more than ${longestBase58Bytes} bytes is refused`,
  )
}
