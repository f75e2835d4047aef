import { equalBytes, utf8 } from '../core/bytes.ts'
import { isAddressText } from './address-text.ts'
import { canonicalField } from './canonical-field.ts'
import { guessedBytes } from './guessed-type.ts'
import { type Hashes, nobleHashes } from './hashes.ts'
import { textInBase64 } from './text-in-base64.ts'

/*
 * Addresses are hashed as 20 bytes, and text whose base64 reads as a number (of U+7DF9 it is `57e5`) as 32. Both may be what
 * another text comes to: the address 0x5957...76, whose bytes are all letters, is hashed as `abcdefghijklmno` is. Nobody
 * has such an address by chance; so whoever commits to one, or shows one, is refused, and a hash stands for one text.
 */

/** True for a text that is hashed as another text is, and is not the usual one of the two. */
export function isAmbiguousText(text: string, hashes: Hashes = nobleHashes): boolean {
  const canonical = canonicalField(text, hashes)
  const bytes = guessedBytes(canonical, hashes)
  if (equalBytes(bytes, utf8(canonical))) return false
  if (isTextInBase64(String.fromCharCode(...bytes))) return true
  return canonical !== text && (isAddressText(canonical, hashes) || hasOtherNumber(canonical))
}

/**
 * True for base64 that is the same number as other base64. Of digits alone no two are, because none begins with 00; but hex
 * numbers, which have an `e`, may be another's in decimal digits, and have two spellings.
 */
function hasOtherNumber(base64: string): boolean {
  if (!/e/i.test(base64)) return false
  const decimal = BigInt(`0x${base64}`).toString()
  const padded = decimal.padStart(4 * Math.ceil(decimal.length / 4), '0')
  const otherCase = base64.includes('e') ? base64.toUpperCase() : base64.toLowerCase()
  return isTextInBase64(padded) || isTextInBase64(otherCase)
}

function isTextInBase64(base64: string): boolean {
  return textInBase64(base64) !== undefined
}
