import { EnergywebError } from './errors.ts'

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'

/** Base32 of RFC 4648 section 6 in lower case, without padding. */
export function encodeBase32(bytes: Uint8Array): string {
  let text = ''
  let buffer = 0
  let bits = 0
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xfff
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += alphabet.charAt((buffer >> bits) & 31)
    }
  }
  return bits === 0 ? text : text + alphabet.charAt((buffer << (5 - bits)) & 31)
}

/**
 * Bytes of such text; strict: lower case, no padding, unused bits must be zero.
 * @throws EnergywebError `argument-invalid`
 */
export function decodeBase32(text: string): Uint8Array<ArrayBuffer> {
  const refused = (why: string) => new EnergywebError('argument-invalid', `not base32 text: ${why}`)
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8))
  let buffer = 0
  let bits = 0
  let at = 0
  for (const character of text) {
    const value = alphabet.indexOf(character)
    if (value < 0) throw refused('wrong character')
    buffer = ((buffer << 5) | value) & 0xfff
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes[at++] = (buffer >> bits) & 0xff
  }
  if (bits >= 5) throw refused('wrong length')
  if ((buffer & ((1 << bits) - 1)) !== 0) throw refused('unused bits are set')
  return bytes
}
