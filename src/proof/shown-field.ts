import { utf8 } from '../core/bytes.ts'
import { type FieldValue, integerFits, isOfType, valueInWords } from '../core/document.ts'
import { EnergywebError, isEnergywebError } from '../core/errors.ts'
import { type PlannedField, writerOf } from './field-tree.ts'
import type { Hashes } from './hashes.ts'

/** A field as it is shown. */
export interface ShownField {
  readonly value: FieldValue
  /** Base64 of 16 bytes, the first bit 0. */
  readonly salt: string
}

/**
 * A leaf is hashed without anything between name, value and salt. All salts have one length, so that no end of a value can
 * be passed off as the beginning of its salt; and one spelling, so that there is one proof of a field.
 */
const salt = /^[A-Za-f][A-Za-z0-9+/]{20}[AQgw]==$/

/**
 * The leaf of a field as somebody shows it.
 * @throws EnergywebError `proof-invalid` for a value that is not of the field's type or can't be told from another by its
 * hash, and for a salt that is none.
 */
export function shownLeaf(
  { name, type, nameBytes }: PlannedField,
  content: ShownField,
  { schema, hashes }: { schema: string; hashes: Hashes },
): Uint8Array {
  const refused = (why: string, cause?: unknown) =>
    new EnergywebError('proof-invalid', `"${name}" of a ${schema} document ${why}`, { cause })
  const { value } = content
  if (!isOfType(value, type)) throw refused(`must be ${type} or null, not ${valueInWords(value)}`)
  // Both would be hashed as other values are: UTF-8 has no lone surrogates, and 2^256 - 1 is the word of -1.
  if (typeof value === 'string' && !value.isWellFormed()) throw refused('is shown with a lone surrogate')
  if (typeof value === 'bigint' && !integerFits(value)) throw refused('is shown with more than 256 bits')
  if (!salt.test(content.salt)) throw refused('is shown with a salt that is not base64 of 16 bytes')
  try {
    return hashes.keccak256(writerOf(hashes).start(nameBytes).value(value).add(utf8(content.salt)).done())
  } catch (error) {
    throw isEnergywebError(error) ? refused(`can't be shown: ${error.message}`, error) : error
  }
}
