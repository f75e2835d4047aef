import { canonicalJson } from './canonical-json.ts'
import { EnergywebError } from './errors.ts'
import { formatInstant, type Instant } from './time.ts'

/** The kinds of entry. The union is closed: a verifier knows them all. */
export const entryKinds = [
  'opening',
  'reading',
  'gap',
  'hold',
  'release',
  'write-off',
  'reset',
  'rollover',
  'swap',
  'revision',
  'receipt',
  'erasure',
  'note',
] as const

export type EntryKind = (typeof entryKinds)[number]

/**
 * How an entry commits to its document. `fields`: base64url of the root of the document's salted field tree (any field
 * can be shown alone). `hash`: base64url of one salted hash of the whole document.
 */
export type Commitment = { readonly fields: string } | { readonly hash: string }

/** Entry v1: an envelope that tells nothing personal. What it is about stands in the document it commits to. */
export interface Entry {
  readonly v: 1
  readonly kind: EntryKind
  /** Random id of the stream, base64url of 16 bytes. */
  readonly stream: string
  /** Place in the stream, from 0. */
  readonly sequence: number
  /** Leaf hash of the stream's entry before, base64url; null at 0. */
  readonly previous: string | null
  /** When it was appended, by the gateway's clock: UTC with three decimals. */
  readonly at: string
  readonly document: Commitment
  /** Name and version of the document's schema, like `reading/1`. */
  readonly schema: string
}

/** Entries must fit a tile's 16-bit length (C2SP tlog-tiles). */
export const longestEntry = 65_535

export interface EntryInput {
  kind: EntryKind
  stream: string
  sequence: number
  previous: string | null
  at: Instant
  document: Commitment
  schema: string
}

const base64url22 = /^[A-Za-z0-9_-]{22}$/
const base64url43 = /^[A-Za-z0-9_-]{43}$/
const schemaName = /^[a-z][a-z-]*\/[1-9]\d{0,3}$/

/** The canonical JSON text of an entry: the bytes that are hashed and kept. */
export function encodeEntry(input: EntryInput): string {
  return canonicalEntry({ ...input, at: formatInstant(input.at) })
}

/** An entry's members stand in canonical order here, which spares sorting them for every reading. */
function canonicalEntry({
  at,
  document,
  kind,
  previous,
  schema,
  sequence,
  stream,
}: Omit<Entry, 'v'>): string {
  const [form, root] = 'fields' in document ? ['fields', document.fields] : ['hash', document.hash]
  return `{"at":${canonicalJson(at)},"document":{"${form}":${canonicalJson(root)}},"kind":${canonicalJson(kind)},"previous":${canonicalJson(previous)},"schema":${canonicalJson(schema)},"sequence":${canonicalJson(sequence)},"stream":${canonicalJson(stream)},"v":1}`
}

/**
 * Reads an entry, strictly: canonical bytes, exactly the members of v1, known kind. The text is hostile input.
 * @throws EnergywebError `entry-invalid`
 */
export function decodeEntry(text: string): Entry {
  const fail = (why: string): never => {
    throw new EnergywebError('entry-invalid', `not an entry: ${why}`)
  }
  if (text.length > longestEntry) return fail('too long')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new EnergywebError('entry-invalid', 'not an entry: not JSON', { cause })
  }
  if (!isRecord(value) || value.v !== 1) return fail('not version 1')
  const { kind, stream, sequence, previous, at, document, schema } = value
  if (typeof kind !== 'string' || !isEntryKind(kind)) return fail('unknown kind')
  if (typeof stream !== 'string' || !base64url22.test(stream)) return fail('stream')
  if (typeof sequence !== 'number' || !Number.isSafeInteger(sequence) || sequence < 0) return fail('sequence')
  if (previous !== null && (typeof previous !== 'string' || !base64url43.test(previous)))
    return fail('previous')
  if ((sequence === 0) !== (previous === null)) return fail('previous does not fit sequence')
  if (typeof at !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(at)) return fail('at')
  if (typeof schema !== 'string' || !schemaName.test(schema)) return fail('schema')
  const commitment = decodeCommitment(document) ?? fail('document')
  const entry: Entry = { v: 1, kind, stream, sequence, previous, at, document: commitment, schema }
  if (canonicalEntry(entry) !== text) return fail('not canonical')
  return entry
}

function decodeCommitment(value: unknown): Commitment | undefined {
  if (!isRecord(value)) return undefined
  if (typeof value.fields === 'string' && base64url43.test(value.fields)) return { fields: value.fields }
  if (typeof value.hash === 'string' && base64url43.test(value.hash)) return { hash: value.hash }
  return undefined
}

function isEntryKind(kind: string): kind is EntryKind {
  return (entryKinds as readonly string[]).includes(kind)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
