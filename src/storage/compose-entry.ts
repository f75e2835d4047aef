import { toBase64url, utf8 } from '../core/bytes.ts'
import { allSchemas, schemaNamed } from '../core/carbon-document.ts'
import { checkDocument, type Document, encodeDocument, schemas } from '../core/document.ts'
import { type EntryKind, encodeEntry, longestEntry } from '../core/entry.ts'
import { EnergywebError } from '../core/errors.ts'
import type { CommitmentKind } from '../core/log.ts'
import type { Instant } from '../core/time.ts'
import { documentCommitment, type FieldPlan, fieldCommitment, planFields } from '../proof/field-tree.ts'
import type { Hashes } from '../proof/hashes.ts'
import { leafHash } from '../proof/merkle.ts'

/** Longest text field of a document in UTF-16 code units; an erasure's state may be as long as an entry. */
const longestField = 4_096

/** Where an entry goes. */
export interface EntryPlace {
  /** Random id of the stream. */
  readonly stream: string
  readonly commitment: CommitmentKind
  readonly sequence: number
  /** Leaf hash of the stream's entry before; undefined at 0. */
  readonly previous: Uint8Array | undefined
  readonly at: Instant
  /** 32 random bytes. */
  readonly seed: Uint8Array
}

export interface ComposedEntry {
  readonly text: string
  readonly leaf: Uint8Array
  /** The document as it is kept. */
  readonly body: string
}

/** Hash functions, and by its name every schema's fields in the order of its tree. */
export interface Composer {
  readonly hashes: Hashes
  readonly plans: ReadonlyMap<string, FieldPlan>
}

/** Sorts the fields of every schema once. */
export function composerOf(hashes: Hashes): Composer {
  return { hashes, plans: new Map(allSchemas.map(schema => [schema.name, planFields(schema, hashes)])) }
}

/** What an entry says. */
export interface EntryContent {
  readonly kind: EntryKind
  /** Name of the document's schema; default that of an energy register's stream. */
  readonly schema?: string
  readonly document: Document
}

/**
 * Makes the entry that commits to a document.
 * @throws EnergywebError `document-invalid` for a document that is not of its schema; `entry-too-large`
 */
export function composeEntry(
  { kind, schema: name = schemas[kind].name, document }: EntryContent,
  place: EntryPlace,
  { hashes, plans }: Composer,
): ComposedEntry {
  const schema = schemaNamed(kind, name)
  const plan = plans.get(name)
  if (schema === undefined || plan === undefined) {
    throw new EnergywebError('internal', `there is no schema ${name} of a ${kind}`)
  }
  checkDocument(schema, document)
  checkTexts(name, document)
  const body = encodeDocument(document)
  const { seed, commitment, stream, sequence, previous, at } = place
  const committed =
    commitment === 'fields'
      ? { fields: toBase64url(fieldCommitment(document, { plan, seed }, hashes)) }
      : { hash: toBase64url(documentCommitment(body, seed, hashes)) }
  const text = encodeEntry({
    kind,
    stream,
    sequence,
    previous: previous === undefined ? null : toBase64url(previous),
    at,
    document: committed,
    schema: name,
  })
  const bytes = utf8(text)
  if (bytes.length > longestEntry || body.length > longestEntry) throw tooLarge(kind, body.length)
  return { text, leaf: leafHash(bytes, hashes), body }
}

function checkTexts(schema: string, document: Document): void {
  for (const [field, value] of Object.entries(document)) {
    if (typeof value !== 'string') continue
    if (value.length > longestField && field !== 'state')
      throw tooLarge(`"${field}" of a ${schema} document`, value.length)
    if (!value.isWellFormed()) {
      const message = `"${field}" of a ${schema} document holds a lone surrogate`
      throw new EnergywebError('document-invalid', message, { hint: 'Text must be valid Unicode.' })
    }
  }
}

function tooLarge(what: string, length: number): EnergywebError {
  return new EnergywebError('entry-too-large', `${what} is too long for an entry: ${length} characters`)
}
