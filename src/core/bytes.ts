import { EnergywebError } from './errors.ts'

const encoder = new TextEncoder()
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** UTF-8 bytes of a text. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text)
}

/**
 * Text of UTF-8 bytes.
 * @throws EnergywebError `argument-invalid` when the bytes are not valid UTF-8.
 */
export function fromUtf8(bytes: Uint8Array): string {
  try {
    return strictDecoder.decode(bytes)
  } catch (cause) {
    throw new EnergywebError('argument-invalid', 'the bytes are not valid UTF-8', { cause })
  }
}

const hexDigits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Lower-case hex without prefix. */
export function toHex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += hexDigits[byte]
  return text
}

const noDigit = 16

/** By character code. */
const digitValues = Uint8Array.from({ length: 128 }, (_, code) => {
  const digit = String.fromCharCode(code)
  return /[0-9a-f]/i.test(digit) ? Number.parseInt(digit, 16) : noDigit
})

/**
 * Bytes of hex text, with or without `0x`, either case.
 * @throws EnergywebError `argument-invalid` for an odd length or another character.
 */
export function fromHex(text: string): Uint8Array<ArrayBuffer> {
  const from = text.startsWith('0x') ? 2 : 0
  const bytes = new Uint8Array(Math.floor((text.length - from) / 2))
  let strange = (text.length - from) % 2
  for (let i = 0, at = from; i < bytes.length; i++, at += 2) {
    const high = digitValues[text.charCodeAt(at)] ?? noDigit
    const low = digitValues[text.charCodeAt(at + 1)] ?? noDigit
    strange |= (high | low) & noDigit
    bytes[i] = (high << 4) | low
  }
  if (strange !== 0) throw new EnergywebError('argument-invalid', 'not hex text')
  return bytes
}

const base64Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const base64urlAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

function encodeBase64(bytes: Uint8Array, alphabet: string): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const a = bytes[i] ?? 0
    const b = bytes[i + 1] ?? 0
    const c = bytes[i + 2] ?? 0
    text += alphabet.charAt(a >> 2) + alphabet.charAt(((a & 3) << 4) | (b >> 4))
    if (i + 1 < bytes.length) text += alphabet.charAt(((b & 15) << 2) | (c >> 6))
    if (i + 2 < bytes.length) text += alphabet.charAt(c & 63)
  }
  return text
}

function decodeBase64(text: string, alphabet: string): Uint8Array<ArrayBuffer> {
  if (text.length % 4 === 1) throw new EnergywebError('argument-invalid', 'not base64 text: wrong length')
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let buffer = 0
  let bits = 0
  let at = 0
  for (const character of text) {
    const value = alphabet.indexOf(character)
    if (value < 0) throw new EnergywebError('argument-invalid', 'not base64 text: wrong character')
    buffer = ((buffer << 6) | value) & 0xffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[at++] = (buffer >> bits) & 0xff
    }
  }
  if ((buffer & ((1 << bits) - 1)) !== 0) {
    throw new EnergywebError('argument-invalid', 'not base64 text: unused bits are set')
  }
  return bytes
}

/** Base64url without padding (RFC 4648 section 5). */
export function toBase64url(bytes: Uint8Array): string {
  return encodeBase64(bytes, base64urlAlphabet)
}

/**
 * Bytes of base64url text without padding; strict: unused bits must be zero.
 * @throws EnergywebError `argument-invalid`
 */
export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  return decodeBase64(text, base64urlAlphabet)
}

/** Standard base64 with padding (RFC 4648 section 4). */
export function toBase64(bytes: Uint8Array): string {
  const text = encodeBase64(bytes, base64Alphabet)
  return text + '='.repeat((4 - (text.length % 4)) % 4)
}

/**
 * Bytes of standard base64 text, padding required; strict.
 * @throws EnergywebError `argument-invalid`
 */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const padded = /^([^=]*)(={0,2})$/.exec(text)
  if (padded === null || text.length % 4 !== 0) {
    throw new EnergywebError('argument-invalid', 'not base64 text: wrong padding')
  }
  return decodeBase64(padded[1] ?? '', base64Alphabet)
}

/** One array of all the bytes, in order. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/** The byte at a place; 0 behind the end. */
export function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0
}

/** True when both hold the same bytes. Not constant time. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}
