import { type FieldType, type FieldValue, integerFits, valueInWords } from '../core/document.ts'
import { isAmbiguousText } from './ambiguous-text.ts'
import { canonicalField, isPlainAddress } from './canonical-field.ts'
import { type Hashes, nobleHashes } from './hashes.ts'
import { ProofError } from './proof-failure.ts'
import { textInBase64 } from './text-in-base64.ts'

/**
 * The value that a canonical text stands for, of which it is the only spelling. Proofs of one field hold such texts, which are
 * hostile input: `01234` is hashed like `1234`.
 * @throws ProofError `proof-invalid` for text that no value of this type is written as
 */
export function readCanonicalField(text: string, type: FieldType, hashes: Hashes = nobleHashes): FieldValue {
  const value = text === 'null' ? null : readers[type](text, hashes)
  if (value === undefined || canonicalField(value, hashes) !== text) {
    const message = `${type} is not written as ${valueInWords(text)}`
    throw new ProofError('value-not-canonical', message, { code: 'proof-invalid' })
  }
  return value
}

type Reader = (text: string, hashes: Hashes) => FieldValue | undefined

const readers: Readonly<Record<FieldType, Reader>> = {
  flag: text => (text === 'true' ? true : text === 'false' ? false : undefined),
  integer: text => {
    const value = /^-?\d{1,77}$/.test(text) ? BigInt(text) : undefined
    return value !== undefined && integerFits(value) ? value : undefined
  },
  text: (text, hashes) => {
    const value = isPlainAddress(text, hashes) ? text : textInBase64(text)
    return value === undefined || isAmbiguousText(value, hashes) ? undefined : value
  },
}
