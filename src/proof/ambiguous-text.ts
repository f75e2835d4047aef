import { fromBase64, fromUtf8 } from '../core/bytes.ts'
import { isEnergywebError } from '../core/errors.ts'
import { isAddressText } from './address-text.ts'
import { type Hashes, nobleHashes } from './hashes.ts'

/*
 * Base64 of text may read as a number (of U+7DF9 it is `57e5`, which is hashed as the number 0x57e5) or as an address, and then
 * another text may come to the same hash. That takes two rare things at once, and a text made on purpose. Whoever commits to
 * such a text, or shows one, is refused, so that a hash stands for one text.
 */

/**
 * True when the base64 of a text is hashed as that of another text is.
 * Decimal digits are not among them: of all base64 texts of digits alone no two are one number, because none begins with 00.
 */
export function isAmbiguousBase64(base64: string, hashes: Hashes = nobleHashes): boolean {
  // Someone's address in base64's clothes: the address itself, as a text, is hashed the same.
  if (isAddressText(base64, hashes)) return true
  if (!/^\d+e\d+$/i.test(base64) || !Number.isFinite(Number(base64))) return false
  const decimal = BigInt(`0x${base64}`).toString()
  const padded = decimal.padStart(4 * Math.ceil(decimal.length / 4), '0')
  const otherCase = base64.includes('e') ? base64.toUpperCase() : base64.toLowerCase()
  return isTextInBase64(padded) || isTextInBase64(otherCase)
}

function isTextInBase64(base64: string): boolean {
  try {
    fromUtf8(fromBase64(base64))
    return true
  } catch (error) {
    if (isEnergywebError(error, 'argument-invalid')) return false
    throw error
  }
}
