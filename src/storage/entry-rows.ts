import { schemaNamed } from '../core/carbon-document.ts'
import { type DocumentSchema, decodeDocumentAs } from '../core/document.ts'
import { decodeEntry, type EntryKind } from '../core/entry.ts'
import { EnergywebError } from '../core/errors.ts'
import type { StoredEntry } from '../core/log.ts'
import { formatInstant, type Instant, parseInstant } from '../core/time.ts'
import { blob, integer, optional, type Row, text } from './columns.ts'
import type { Sql } from './sql.ts'

const columns = `SELECT e.id, s.name, e.sequence, e.text, e.hashes, d.body, d.seed
  FROM entries e JOIN streams s ON s.id = e.stream LEFT JOIN documents d ON d.entry = e.id`

/** Most entries that one question gets. */
const longestList = 10_000

function entryOf(row: Row): StoredEntry {
  const encoded = text(row.text)
  const { kind, at, schema } = decodeEntry(encoded)
  const seed = optional(row.seed, blob)
  return {
    index: integer(row.id),
    stream: text(row.name),
    sequence: integer(row.sequence),
    kind,
    at: parseInstant(at),
    text: encoded,
    leafHash: blob(row.hashes).slice(0, 32),
    document: optional(row.body, body => decodeDocumentAs(schemaOf(kind, schema), text(body))),
    ...(seed !== undefined && { seed }),
  }
}

/** The schema that an entry names. @throws EnergywebError `document-invalid` for one that its kind can't have */
export function schemaOf(kind: EntryKind, name: string): DocumentSchema {
  const schema = schemaNamed(kind, name)
  if (schema === undefined)
    throw new EnergywebError('document-invalid', `a ${kind} can't have a ${name} document`)
  return schema
}

function limitOf(limit: number): number {
  if (!Number.isSafeInteger(limit) || limit < 0) {
    throw new EnergywebError('argument-invalid', `${limit} is not a number of entries`)
  }
  return Math.min(limit, longestList)
}

/** Entries of a stream with a sequence above `after`, in order. */
export function entriesOfStream(
  sql: Sql,
  stream: number,
  { after, limit }: { after: number; limit: number },
): readonly StoredEntry[] {
  return sql
    .all(
      `${columns} WHERE e.stream = ? AND e.sequence > ? ORDER BY e.sequence LIMIT ?`,
      stream,
      after,
      limitOf(limit),
    )
    .map(entryOf)
}

/** Entries of the whole log from an index on, in order. */
export function entriesFrom(
  sql: Sql,
  { from, limit }: { from: number; limit: number },
): readonly StoredEntry[] {
  return sql.all(`${columns} WHERE e.id >= ? ORDER BY e.id LIMIT ?`, from, limitOf(limit)).map(entryOf)
}

/** An entry as the tree has it. */
export interface LeafRow {
  readonly index: number
  /** Canonical JSON, the bytes that were hashed, as text. */
  readonly text: string
  /** Its leaf hash, and behind it the hashes of the subtrees that it completes, from the smallest; 32 bytes each. */
  readonly hashes: Uint8Array
}

/** Entries of the whole log from an index on with their part of the tree, in order: nothing is decoded. */
export function leavesFrom(sql: Sql, { from, limit }: { from: number; limit: number }): readonly LeafRow[] {
  return sql
    .all('SELECT id, text, hashes FROM entries WHERE id >= ? ORDER BY id LIMIT ?', from, limitOf(limit))
    .map(row => ({ index: integer(row.id), text: text(row.text), hashes: blob(row.hashes) }))
}

/** Which entries are meant: those of one stream (its row) or all, appended in `[since, until)`. */
export interface EntryFilter {
  readonly stream?: number
  readonly since?: Instant
  readonly until?: Instant
}

/** Where the canonical text of an entry has its time: behind `{"at":"`. */
const atColumn = 'substr(e.text, 8, 24)'

/** Entries of an index above `after` that the filter lets through, in order. */
export function entriesMatching(
  sql: Sql,
  { stream, since, until }: EntryFilter,
  { after, limit }: { after: number; limit: number },
): readonly StoredEntry[] {
  const conditions = ['e.id > ?']
  const values: (string | number)[] = [after]
  const add = (condition: string, value: string | number | undefined) => {
    if (value === undefined) return
    conditions.push(condition)
    values.push(value)
  }
  add('e.stream = ?', stream)
  // Times of one form compare like their texts.
  add(`${atColumn} >= ?`, since === undefined ? undefined : formatInstant(since))
  add(`${atColumn} < ?`, until === undefined ? undefined : formatInstant(until))
  return sql
    .all(`${columns} WHERE ${conditions.join(' AND ')} ORDER BY e.id LIMIT ?`, ...values, limitOf(limit))
    .map(entryOf)
}

/** Entries whose document names raw bytes with this hash, in order. */
export function entriesOfRaw(sql: Sql, digest: Uint8Array, limit: number): readonly StoredEntry[] {
  return sql
    .all(
      `${columns} WHERE d.raw IN (SELECT id FROM raw WHERE hash = ?) ORDER BY e.id LIMIT ?`,
      digest,
      limitOf(limit),
    )
    .map(entryOf)
}

/** The raw bytes behind an entry's document; undefined where there are none, or they were erased. */
export function rawOfEntry(sql: Sql, index: number): { bytes: Uint8Array; mediaType: string } | undefined {
  const row = sql.get(
    'SELECT r.bytes, r.media_type FROM documents d JOIN raw r ON r.id = d.raw WHERE d.entry = ?',
    index,
  )
  return row && { bytes: blob(row.bytes), mediaType: text(row.media_type) }
}
