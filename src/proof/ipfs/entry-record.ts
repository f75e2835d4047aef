import { fromBase64url, toBase64url, utf8 } from '../../core/bytes.ts'
import { canonicalJson } from '../../core/canonical-json.ts'
import { schemaNamed } from '../../core/carbon-document.ts'
import { type Document, decodeDocumentAs, encodeDocument } from '../../core/document.ts'
import { decodeEntry, type Entry } from '../../core/entry.ts'
import { EnergywebError, isEnergywebError } from '../../core/errors.ts'
import { documentCommitment, fieldCommitment, planFields } from '../field-tree.ts'
import type { Hashes } from '../hashes.ts'
import { leafHash } from '../merkle.ts'

/*
 * The record of an entry: the entry, its document, and the seed of its commitment, in one text that proves by itself that they
 * belong together. It is what stands for an entry outside of the log, as in IPFS.
 */

const version = 1

export interface EntryRecord {
  readonly entry: Entry
  /** As it was hashed. */
  readonly text: string
  readonly document: Document
  readonly leafHash: Uint8Array
}

/** The bytes of a record: canonical JSON, so that an entry has one record and one CID. */
export function encodeEntryRecord(given: {
  readonly text: string
  readonly body: string
  readonly seed: Uint8Array
}): Uint8Array<ArrayBuffer> {
  const { text, body, seed } = given
  return utf8(canonicalJson({ document: body, energyweb: version, entry: text, seed: toBase64url(seed) }))
}

/** No entry and no document is longer, together. */
const longestRecord = 1_048_576

/**
 * Reads a record and works the commitment out again. The bytes are hostile input.
 * @throws EnergywebError `proof-invalid` for what is no record, or one whose document is not what its entry commits to
 */
export function decodeEntryRecord(bytes: Uint8Array, hashes: Hashes): EntryRecord {
  const { entry: text, document: body, seed } = partsOf(bytes)
  const read = attempt(() => {
    const entry = decodeEntry(text)
    const schema = schemaNamed(entry.kind, entry.schema)
    if (schema === undefined) throw notRecord(`a ${entry.kind} has no ${entry.schema} document`)
    return { entry, schema, document: decodeDocumentAs(schema, body), seed: fromBase64url(seed) }
  })
  const { entry, schema, document } = read
  if (encodeDocument(document) !== body) throw notRecord('its document is not written as it must be')
  const plan = planFields(schema, hashes)
  const isCommitted =
    'fields' in entry.document
      ? toBase64url(fieldCommitment(document, { plan, seed: read.seed }, hashes)) === entry.document.fields
      : toBase64url(documentCommitment(body, read.seed, hashes)) === entry.document.hash
  if (!isCommitted) throw notRecord('its entry does not commit to its document')
  return { entry, text, document, leafHash: leafHash(text, hashes) }
}

function partsOf(bytes: Uint8Array): Readonly<Record<'entry' | 'document' | 'seed', string>> {
  if (bytes.length > longestRecord) throw notRecord('it is too long')
  const text = new TextDecoder().decode(bytes)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw notRecord('it is not JSON', cause)
  }
  if (typeof value !== 'object' || value === null) throw notRecord('it is no object')
  const { entry, document, seed } = value as Readonly<Record<string, unknown>>
  if (typeof entry !== 'string' || typeof document !== 'string' || typeof seed !== 'string') {
    throw notRecord('entry, document or seed is missing')
  }
  if (seed.length !== 43 || canonicalJson({ document, energyweb: version, entry, seed }) !== text) {
    throw notRecord('it is not written as it must be')
  }
  return { entry, document, seed }
}

function attempt<Value>(read: () => Value): Value {
  try {
    return read()
  } catch (cause) {
    if (isEnergywebError(cause) && cause.code !== 'proof-invalid') throw notRecord(cause.message, cause)
    throw cause
  }
}

function notRecord(why: string, cause?: unknown): EnergywebError {
  return new EnergywebError('proof-invalid', `not the record of an entry: ${why}`, { cause })
}
