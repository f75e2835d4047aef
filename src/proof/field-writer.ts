import type { FieldValue } from '../core/document.ts'
import { EnergywebError } from '../core/errors.ts'
import { isAmbiguousText } from './ambiguous-text.ts'
import { canonicalField } from './canonical-field.ts'
import { guessedBytes } from './guessed-type.ts'
import { type Hashes, nobleHashes } from './hashes.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const encoder = new TextEncoder()
const words = { true: encoder.encode('true'), false: encoder.encode('false'), null: encoder.encode('null') }
const padding = 0x3d
const word = 1n << 63n

/**
 * Puts the bytes of a field together in one piece of memory that is used again and again. A log hashes sixteen fields and
 * sixteen salts for every reading; making an array for each of their parts takes longer than hashing them.
 */
export class FieldWriter {
  #bytes = new Uint8Array(16_384)
  #text = new Uint8Array(16_384)
  #length = 0
  readonly #hashes: Hashes

  constructor(hashes: Hashes = nobleHashes) {
    this.#hashes = hashes
  }

  /** Starts anew with these bytes. */
  start(bytes: Uint8Array): this {
    this.#bytes.set(bytes)
    this.#length = bytes.length
    return this
  }

  /** Adds a value as precise-proofs hashes it. @throws EnergywebError `document-invalid` */
  value(value: FieldValue): this {
    if (typeof value === 'string') return this.#addText(value)
    if (typeof value === 'bigint') return this.#addInteger(value)
    return this.add(words[`${value}`])
  }

  /** Adds bytes. */
  add(bytes: Uint8Array): this {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
    return this
  }

  /** Adds base64 of some bytes, with padding. */
  base64(from: Uint8Array, length: number): this {
    this.#reserve(length * 2)
    const bytes = this.#bytes
    let at = this.#length
    let i = 0
    for (; i + 2 < length; i += 3) {
      const group = (Number(from[i]) << 16) | (Number(from[i + 1]) << 8) | Number(from[i + 2])
      bytes[at++] = alphabet.charCodeAt(group >> 18)
      bytes[at++] = alphabet.charCodeAt((group >> 12) & 63)
      bytes[at++] = alphabet.charCodeAt((group >> 6) & 63)
      bytes[at++] = alphabet.charCodeAt(group & 63)
    }
    if (i < length) {
      const group = (Number(from[i]) << 16) | ((i + 1 < length ? Number(from[i + 1]) : 0) << 8)
      bytes[at++] = alphabet.charCodeAt(group >> 18)
      bytes[at++] = alphabet.charCodeAt((group >> 12) & 63)
      bytes[at++] = i + 1 < length ? alphabet.charCodeAt((group >> 6) & 63) : padding
      bytes[at++] = padding
    }
    this.#length = at
    return this
  }

  /** What was put together; good until the next start. */
  done(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  /** Decimal text of 40 digits would be taken for an address; all other is the integer itself. */
  #addInteger(value: bigint): this {
    if (value >= word || value <= -word) return this.add(guessedBytes(value.toString(), this.#hashes))
    this.#reserve(32)
    this.#bytes.fill(value < 0n ? 0xff : 0, this.#length, this.#length + 24)
    new DataView(this.#bytes.buffer).setBigInt64(this.#length + 24, value)
    this.#length += 32
    return this
  }

  #addText(text: string): this {
    if (text.length * 3 > this.#text.length) this.#text = new Uint8Array(text.length * 3)
    const { written } = encoder.encodeInto(text, this.#text)
    if (isPlain(text, Number(this.#text[0]), written)) return this.base64(this.#text, written)
    const canonical = canonicalField(text, this.#hashes)
    if (isAmbiguousText(text, this.#hashes)) {
      throw new EnergywebError(
        'document-invalid',
        `what is hashed for it, ${canonical}, reads as another text`,
      )
    }
    return this.add(guessedBytes(canonical, this.#hashes))
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return
    const larger = new Uint8Array(2 * (this.#length + more))
    larger.set(this.#bytes)
    this.#bytes = larger
  }
}

/**
 * True when neither the text can be an address nor its base64 a number or an address, as nearly all: base64 begins with a
 * digit, + or / only behind a first byte of 0xd0 or more, and has 40 digits only for 28 to 30 bytes. Of nothing it is 0.
 */
function isPlain(text: string, firstByte: number, bytes: number): boolean {
  if (text.length === 40 || text.length === 42 || text.startsWith('XE')) return false
  return bytes > 0 && firstByte < 0xd0 && (bytes < 28 || bytes > 30)
}
