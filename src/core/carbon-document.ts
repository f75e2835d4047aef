import { anchorSchema } from './anchor-document.ts'
import { certificateSchema } from './certificate.ts'
import {
  type DocumentSchema,
  type DocumentWith,
  decodeDocumentAs,
  defineSchema,
  schemas,
} from './document.ts'
import { type EntryKind, entryKinds } from './entry.ts'

const reading = {
  /** `marginal` or `average`; null while the factor is missing. */
  basis: 'text',
  /** CO2 of the step in nanograms; 0 while the factor is missing. */
  carbon: 'integer',
  /** CIDv1 (raw, SHA-256) of the bytes in which the service gave the factor. */
  cid: 'text',
  /** By how much the asset's total rose, mJ. */
  energy: 'integer',
  /** Leaf hash of the asset's entry that is priced, base64url. */
  entry: 'text',
  /** True for a forecast, an imputed or a configured factor. */
  estimated: 'flag',
  /** Attograms a kWh: the mean over `[from, to)`, weighted by time and rounded down. */
  factor: 'integer',
  from: 'text',
  provenance: 'text',
  /** SHA-256 of the bytes, base64url. */
  raw: 'text',
  /** Sequence of the asset's entry that is priced. */
  reading: 'integer',
  /** Why the factor is missing. */
  reason: 'text',
  scope: 'text',
  /** `counted` or `missing`. */
  status: 'text',
  /** Random id of the asset's stream. */
  stream: 'text',
  to: 'text',
  /** The carbon register's total after this entry, nanograms. */
  total: 'integer',
} as const

/** The document schemas that a carbon register's stream has in place of those of an energy register's. */
export const carbonSchemas = {
  opening: defineSchema('carbon-opening/1', {
    /** Random id of the asset's stream. */
    asset: 'text',
    basis: 'text',
    /** The asset's total then, mJ: energy up to there is not priced. Null when it is opened anew and the first opening was erased. */
    energy: 'integer',
    /** Leaf hash and sequence of the asset's last entry then; null and -1 when it had none. */
    entry: 'text',
    reading: 'integer',
    source: 'text',
    /** What the carbon register starts from, nanograms. */
    total: 'integer',
  }),
  reading: defineSchema('carbon/1', reading),
  revision: defineSchema('carbon-revision/1', {
    ...reading,
    /** CO2 that the step had before, nanograms. */
    before: 'integer',
    /** Sequence, in the carbon stream, of the entry that had no factor. */
    revises: 'integer',
  }),
} as const satisfies Partial<Record<EntryKind, DocumentSchema>>

export type CarbonDocumentOf<Kind extends keyof typeof carbonSchemas> = DocumentWith<
  (typeof carbonSchemas)[Kind]['fields']
>

/**
 * Reads a kept document of a carbon register's stream.
 * @throws EnergywebError `document-invalid`
 */
export function decodeCarbonDocument<Kind extends keyof typeof carbonSchemas>(
  kind: Kind,
  text: string,
): CarbonDocumentOf<Kind> {
  // What is read against a schema has exactly its fields.
  return decodeDocumentAs(carbonSchemas[kind], text) as CarbonDocumentOf<Kind>
}

/** An entry of a carbon register's stream without its envelope. */
export type CarbonDraft = {
  [Kind in keyof typeof carbonSchemas]: { readonly kind: Kind; readonly document: CarbonDocumentOf<Kind> }
}[keyof typeof carbonSchemas]

/** Every schema of the log, once, in a fixed order. */
export const allSchemas: readonly DocumentSchema[] = [
  ...new Map<string, DocumentSchema>(
    [...Object.values(schemas), ...Object.values(carbonSchemas), anchorSchema, certificateSchema].map(
      schema => [schema.name, schema],
    ),
  ).values(),
]

const byKind: ReadonlyMap<EntryKind, readonly DocumentSchema[]> = new Map(
  entryKinds.map(kind => [kind, [schemas[kind], ...otherSchemasOf(kind)]]),
)

function otherSchemasOf(kind: EntryKind): readonly DocumentSchema[] {
  if (kind === 'receipt') return [anchorSchema, certificateSchema]
  return kind === 'opening' || kind === 'reading' || kind === 'revision' ? [carbonSchemas[kind]] : []
}

/** The schema of this name, if entries of this kind may have it. */
export function schemaNamed(kind: EntryKind, name: string): DocumentSchema | undefined {
  return byKind.get(kind)?.find(schema => schema.name === name)
}
