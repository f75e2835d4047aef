import { toBase64, utf8 } from '../core/bytes.ts'
import type { FieldValue } from '../core/document.ts'
import { isAddressText, isInternationalAddressText } from './address-text.ts'
import { type Hashes, nobleHashes } from './hashes.ts'

/** The text that is hashed for a value: addresses as they are, other text as base64 of UTF-8, the rest as JSON. */
export function canonicalField(value: FieldValue, hashes: Hashes = nobleHashes): string {
  if (typeof value !== 'string') return String(value)
  return isPlainAddress(value, hashes) ? value : toBase64(utf8(value))
}

/** True for the texts that stand as they are: addresses, with a right checksum where they carry one. */
export function isPlainAddress(text: string, hashes: Hashes = nobleHashes): boolean {
  if (text.length === 40 || text.length === 42) return isAddressText(text, hashes)
  return text.startsWith('XE') && isInternationalAddressText(text)
}
