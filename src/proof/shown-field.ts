import { utf8 } from '../core/bytes.ts'
import { type FieldValue, integerFits, isOfType, valueInWords } from '../core/document.ts'
import { messageOf } from '../core/errors.ts'
import { type PlannedField, writerOf } from './field-tree.ts'
import type { Hashes } from './hashes.ts'
import { ProofError, type ProofFailure } from './proof-failure.ts'

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
const saltForm = /^[A-Za-f][A-Za-z0-9+/]{20}[AQgw]==$/

/**
 * The leaf of a field as somebody shows it.
 * @throws ProofError `proof-invalid` for a value that is not of the field's type or can't be told from another by its
 * hash, and for a salt that is none.
 */
export function shownLeaf(
  { name, type, nameBytes }: PlannedField,
  content: ShownField,
  { schema, hashes }: { schema: string; hashes: Hashes },
): Uint8Array {
  const refused = (failure: ProofFailure, why: string, cause?: unknown) =>
    new ProofError(failure, `"${name}" of a ${schema} document ${why}`, { code: 'proof-invalid', cause })
  const { value, salt } = content
  if (!isOfType(value, type)) {
    throw refused('field-type', `must be ${type} or null, not ${valueInWords(value)}`)
  }
  // Both would be hashed as other values are: UTF-8 has no lone surrogates, and 2^256 - 1 is the word of -1.
  if (typeof value === 'string' && !value.isWellFormed()) {
    throw refused('text-ill-formed', 'holds a lone surrogate')
  }
  if (typeof value === 'bigint' && !integerFits(value))
    throw refused('integer-too-large', 'is beyond 256 bits')
  if (!saltForm.test(salt)) throw refused('salt-invalid', 'has a salt that is not base64 of 16 bytes')
  try {
    return hashes.keccak256(writerOf(hashes).start(nameBytes).value(value).add(utf8(salt)).done())
  } catch (error) {
    throw refused('value-not-hashable', `can't be shown: ${messageOf(error)}`, error)
  }
}
