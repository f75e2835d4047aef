import { EnergywebError } from './errors.ts'

/** What an entry may hold. Numbers are safe integers: anything finer travels as decimal text. */
export type CanonicalValue =
  | string
  | number
  | boolean
  | null
  | readonly CanonicalValue[]
  | { readonly [key: string]: CanonicalValue | undefined }

function canonicalText(text: string): string {
  if (!text.isWellFormed()) throw new EnergywebError('json-invalid', 'a text holds a lone surrogate')
  return JSON.stringify(text)
}

/**
 * Canonical JSON (RFC 8785): keys in UTF-16 code unit order, no white space. Properties that are `undefined` are left out.
 * @throws EnergywebError `json-invalid` for a number that is not a safe integer, or text that is not valid Unicode.
 */
export function canonicalJson(value: CanonicalValue): string {
  if (typeof value === 'string') return canonicalText(value)
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value))
      throw new EnergywebError('json-invalid', `${value} is not a safe integer`)
    return String(value === 0 ? 0 : value)
  }
  if (value === null || typeof value === 'boolean') return String(value)
  if (isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  let text = ''
  for (const key of Object.keys(value).sort()) {
    const property = value[key]
    if (property === undefined) continue
    text += `${text === '' ? '' : ','}${canonicalText(key)}:${canonicalJson(property)}`
  }
  return `{${text}}`
}

function isArray(value: CanonicalValue): value is readonly CanonicalValue[] {
  return Array.isArray(value)
}
