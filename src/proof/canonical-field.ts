import { toBase64, utf8 } from '../core/bytes.ts'
import type { FieldValue } from '../core/document.ts'
import { isAddressText, isInternationalAddressText } from './address-text.ts'
import { type Hashes, nobleHashes } from './hashes.ts'

/** The text that is hashed for a value: addresses as they are, other text as base64 of UTF-8, the rest as JSON. */
export function canonicalField(value: FieldValue, hashes: Hashes = nobleHashes): string {
  if (typeof value !== 'string') return String(value)
  const plain =
    (value.length === 40 || value.length === 42) && isAddressText(value, hashes)
      ? true
      : value.startsWith('XE') && isInternationalAddressText(value)
  return plain ? value : toBase64(utf8(value))
}
