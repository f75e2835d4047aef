import type { EntryKind } from './entry.ts'
import { EnergywebError } from './errors.ts'

/** An integer is a `bigint` in memory and decimal text in JSON; a flag is a boolean. Absent is null. */
export type FieldType = 'text' | 'integer' | 'flag'
export type FieldValue = string | bigint | boolean | null

/** The plain content behind an entry's commitment: flat, every field of its schema present. */
export type Document = { readonly [field: string]: FieldValue }

/** Field names and types of a document, versioned by the name. */
export interface DocumentSchema {
  readonly name: string
  readonly fields: Readonly<Record<string, FieldType>>
}

/** A schema whose documents have a type of their own. */
export function defineSchema<const Fields extends Record<string, FieldType>>(name: string, fields: Fields) {
  return { name, fields } as const
}

const reading = {
  channel: 'text',
  /** CIDv1 (raw, SHA-256) of the raw bytes. */
  cid: 'text',
  energy: 'integer',
  fraction: 'text',
  from: 'text',
  kind: 'text',
  manufacturer: 'text',
  measuredAt: 'text',
  model: 'text',
  provenance: 'text',
  quality: 'text',
  /** SHA-256 of the raw bytes, base64url. */
  raw: 'text',
  receivedAt: 'text',
  serial: 'text',
  /** `counted`, `held` or `late`. */
  status: 'text',
  /** The register's total after this entry, mJ. */
  total: 'integer',
} as const

/**
 * `release`, `write-off`, `reset`, `rollover` and `swap` share one shape. Energies are mJ; all of them describe the
 * register after the entry or what the entry did to it.
 */
const resolution = {
  by: 'text',
  /** Energy that the operator declared on top of what was held (the counter's start after a reset, a meter's last step before a swap). */
  declared: 'integer',
  debit: 'integer',
  final: 'integer',
  held: 'integer',
  initial: 'integer',
  modulus: 'integer',
  /** Sequence of the held reading this resolves first. */
  reading: 'integer',
  /** How many held readings were counted by this entry. */
  readings: 'integer',
  /** How many held readings were dropped by this entry. */
  dropped: 'integer',
  reason: 'text',
  released: 'integer',
  serial: 'text',
  total: 'integer',
  writtenOff: 'integer',
} as const

/** The document schemas of the entries of an energy register's stream, by kind. */
export const schemas = {
  opening: defineSchema('opening/1', {
    asset: 'text',
    channel: 'text',
    kind: 'text',
    policy: 'text',
    source: 'text',
    total: 'integer',
  }),
  reading: defineSchema('reading/1', reading),
  revision: defineSchema('revision/1', {
    ...reading,
    /** The value before, exactly as the revised entry has it. */
    before: 'integer',
    beforeFraction: 'text',
    debit: 'integer',
    /** Sequence of the entry that gave the key its value before. */
    revises: 'integer',
  }),
  gap: defineSchema('gap/1', { detail: 'text', from: 'text', reason: 'text', to: 'text' }),
  hold: defineSchema('hold/1', {
    detail: 'text',
    /** All energy held after this entry, mJ. */
    held: 'integer',
    /** The last counted counter value, mJ. */
    last: 'integer',
    reading: 'integer',
    reason: 'text',
  }),
  release: defineSchema('resolution/1', resolution),
  'write-off': defineSchema('resolution/1', resolution),
  reset: defineSchema('resolution/1', resolution),
  rollover: defineSchema('resolution/1', resolution),
  swap: defineSchema('resolution/1', resolution),
  receipt: defineSchema('receipt/1', {
    block: 'integer',
    blockHash: 'text',
    chainId: 'integer',
    contract: 'text',
    /** Sequences of the first and last entry that the transaction covers. */
    first: 'integer',
    last: 'integer',
    ledger: 'text',
    logIndex: 'integer',
    /** Sequence of the registered entry. */
    reading: 'integer',
    transaction: 'text',
    /** What the ledger holds after it, Wh. */
    value: 'integer',
  }),
  erasure: defineSchema('erasure/1', {
    by: 'text',
    first: 'integer',
    last: 'integer',
    reason: 'text',
    state: 'text',
  }),
  note: defineSchema('note/1', { by: 'text', text: 'text' }),
} as const satisfies Record<EntryKind, DocumentSchema>

type ValueOf<Type extends FieldType> = Type extends 'text'
  ? string
  : Type extends 'integer'
    ? bigint
    : boolean

/** The document that has these fields. */
export type DocumentWith<Fields> = {
  readonly [Field in keyof Fields]: (Fields[Field] extends FieldType ? ValueOf<Fields[Field]> : never) | null
}

/** The document of an entry of this kind, in the schema that an energy register's stream has for it. */
export type DocumentOf<Kind extends EntryKind> = DocumentWith<(typeof schemas)[Kind]['fields']>

/** The JSON text of a document as it is kept: keys in order, integers as decimal text. */
export function encodeDocument(document: Document): string {
  let text = ''
  for (const field of Object.keys(document).sort()) {
    const value = document[field] ?? null
    text += `${text === '' ? '{' : ','}"${field}":${JSON.stringify(typeof value === 'bigint' ? value.toString() : value)}`
  }
  return text === '' ? '{}' : `${text}}`
}

/**
 * Reads a kept document of an energy register's stream; see {@link decodeDocumentAs}.
 * @throws EnergywebError `document-invalid`
 */
export function decodeDocument<Kind extends EntryKind>(kind: Kind, text: string): DocumentOf<Kind> {
  // What is read against a schema has exactly its fields.
  return decodeDocumentAs(schemas[kind], text) as DocumentOf<Kind>
}

/**
 * Reads a kept document against a schema: exactly its fields, each of its type or null. The text is hostile input.
 * @throws EnergywebError `document-invalid`
 */
export function decodeDocumentAs(schema: DocumentSchema, text: string): Document {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new EnergywebError('document-invalid', `not a ${schema.name} document: not JSON`, { cause })
  }
  return documentFrom(schema, value)
}

/**
 * The document in a value as JSON has it: exactly the schema's fields, each of its type or null. The value is hostile input.
 * @throws EnergywebError `document-invalid`
 */
export function documentFrom({ name, fields }: DocumentSchema, value: unknown): Document {
  const fail = (why: string): never => {
    throw new EnergywebError('document-invalid', `not a ${name} document: ${why}`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fail('not an object')
  const entries = Object.entries(value)
  if (entries.length !== Object.keys(fields).length) return fail('wrong number of fields')
  const document: Record<string, FieldValue> = {}
  for (const [field, content] of entries) {
    const type = Object.hasOwn(fields, field) ? fields[field] : undefined
    if (type === undefined) return fail(`unknown field "${field}"`)
    document[field] = decodeField(type, content) ?? (content === null ? null : fail(`field "${field}"`))
  }
  return document
}

/** A field as JSON has it; undefined for what is not of its type, and for null. */
export function decodeField(type: FieldType, value: unknown): FieldValue | undefined {
  if (type === 'flag') return typeof value === 'boolean' ? value : undefined
  if (typeof value !== 'string') return undefined
  if (type === 'text') return value
  if (value.length > 80 || !/^(0|-?[1-9]\d*)$/.test(value)) return undefined
  const integer = BigInt(value)
  return integerFits(integer) ? integer : undefined
}

/** True for an integer that a field can hold: those of 256 bits with a sign, as in a contract. */
export function integerFits(value: bigint): boolean {
  return value >= -integerLimit && value < integerLimit
}

const integerLimit = 1n << 255n

/** True for a value of this type, and for null. */
export function isOfType(value: unknown, type: FieldType): value is FieldValue {
  return value === null || typeWords[typeof value] === type
}

const typeWords: Readonly<Partial<Record<string, FieldType>>> = {
  string: 'text',
  bigint: 'integer',
  boolean: 'flag',
}

/**
 * Checks a document before it is kept: exactly the schema's fields, each of its type.
 * @throws EnergywebError `document-invalid`, with the schema, the field, what it must be and what came.
 */
export function checkDocument({ name, fields }: DocumentSchema, document: Document): void {
  const refused = (message: string, hint: string) => new EnergywebError('document-invalid', message, { hint })
  const theirs = `Its fields are ${Object.keys(fields).join(', ')}.`
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw refused(`a ${name} document is an object, not ${valueInWords(document)}`, theirs)
  }
  const unknown = Object.keys(document).find(field => !Object.hasOwn(fields, field))
  if (unknown !== undefined) throw refused(`a ${name} document has no field "${unknown}"`, theirs)
  for (const [field, type] of Object.entries(fields)) {
    const value: unknown = Object.hasOwn(document, field) ? document[field] : undefined
    if (value === undefined) {
      throw refused(`a ${name} document needs "${field}"`, `Give it null where there is nothing to say.`)
    }
    if (!isOfType(value, type)) {
      const message = `"${field}" of a ${name} document must be ${type} or null, not ${valueInWords(value)}`
      throw refused(message, `Text is a string, an integer a bigint (like 5n), a flag true or false.`)
    }
    if (typeof value === 'bigint' && !integerFits(value)) {
      throw refused(
        `"${field}" of a ${name} document is beyond 256 bits`,
        `It must be at least -2^255 and below 2^255.`,
      )
    }
  }
}

/** A value as it is told in a message: its kind, and itself where it is short. */
export function valueInWords(value: unknown): string {
  if (value === null || typeof value === 'undefined') return `${value}`
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' || typeof value === 'function')
    return `an ${typeof value}`.replace('an f', 'a f')
  const kind = typeWords[typeof value] ?? typeof value
  const text = String(value)
  return text.length <= 40
    ? `the ${kind} ${typeof value === 'string' ? JSON.stringify(value) : text}`
    : `${kind} of ${text.length} characters`
}
