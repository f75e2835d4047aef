import { fromHex, utf8 } from '../core/bytes.ts'
import { EnergywebError } from '../core/errors.ts'
import { isAddressText } from './address-text.ts'
import { type Hashes, nobleHashes } from './hashes.ts'

/*
 * The hash of precise-proofs packs its arguments as a Solidity contract would, each typed by guessing from its text: an
 * address is 20 bytes, 0x and hex are those bytes, a number is a 32-byte integer, everything else is UTF-8. Roots must be
 * what that library computes, so the guessing is repeated here with its surprises: empty text is the number 0, `1e3` is the
 * hex number 0x1e3.
 */

const word = 1n << 256n

/** The 32 bytes of an integer, two's complement below zero. */
function integerBytes(value: bigint): Uint8Array<ArrayBuffer> {
  if (value >= word || value <= -word) throw refused('it reads as a number beyond 256 bits')
  return fromHex((value < 0n ? value + word : value).toString(16).padStart(64, '0'))
}

function refused(why: string): EnergywebError {
  return new EnergywebError('document-invalid', why)
}

/** How number texts are read once they are known to be finite: hex digits before decimal ones. */
function numberOf(text: string): bigint {
  const trimmed = text.toLowerCase().trim()
  const negative = trimmed.startsWith('-')
  const digits = (negative ? trimmed.slice(1) : trimmed).replace(/^0x/, '') || '0'
  if (!/^[0-9a-f]+$/.test(digits)) throw refused('it reads as a number with a point or an exponent')
  const hex = /^-?0x/.test(trimmed) || !/^\d+$/.test(digits)
  const value = BigInt(hex ? `0x${digits}` : digits)
  return negative ? -value : value
}

/** True when the text would not be hashed as plain UTF-8. Cheap, because nearly no text is. */
function isGuessable(text: string): boolean {
  const first = text.charCodeAt(0)
  // A digit, a sign, a point, white space or nothing begins a number; 40 hex digits may begin with a letter.
  return text === '' || first < 0x40 || text.length === 40
}

/**
 * The bytes that precise-proofs hashes for one argument.
 * @throws EnergywebError `document-invalid` for text that its library can't hash.
 */
export function guessedBytes(text: string, hashes: Hashes = nobleHashes): Uint8Array<ArrayBuffer> {
  if (!isGuessable(text)) return utf8(text)
  if (isAddressText(text, hashes)) return fromHex(text.slice(-40))
  if (/^-0x/i.test(text)) return integerBytes(numberOf(text))
  if (/^0x/i.test(text)) {
    if (!/^0x([0-9a-f]{2})*$/i.test(text)) throw refused('it has 0x without hex digits behind it')
    return fromHex(text.slice(2))
  }
  return Number.isFinite(Number(text)) ? integerBytes(numberOf(text)) : utf8(text)
}
