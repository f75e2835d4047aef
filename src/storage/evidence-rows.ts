import { type Document, decodeDocumentAs, type FieldValue } from '../core/document.ts'
import { decodeEntry, type Entry } from '../core/entry.ts'
import type { Channel } from '../core/reading.ts'
import type { Instant } from '../core/time.ts'
import { blob, integer, optional, type Row, text } from './columns.ts'
import { rawOfEntry, schemaOf } from './entry-rows.ts'
import { type KeptSignature, signaturesBetween } from './entry-signatures.ts'
import type { StreamState } from './log-state.ts'
import type { Sql } from './sql.ts'

/** An entry with all that a proof of it needs. */
export interface EvidenceRow {
  /** Place in the log. */
  readonly index: number
  readonly entry: Entry
  readonly leaf: Uint8Array
  /** Undefined once erased. */
  readonly content:
    | { readonly body: string; readonly document: Document; readonly seed: Uint8Array }
    | undefined
  /** A key's signature of this entry alone. */
  readonly signature: KeptSignature | undefined
}

/** A reading as the index of readings knows it. */
export interface IndexedReading {
  readonly measuredAt: Instant
  /** Start of an interval; undefined for a counter. */
  readonly from: Instant | undefined
  /** Of the entry that gave it its newest value: a reading, or a revision of it. */
  readonly sequence: number
  readonly status: string
}

const entryColumns = `SELECT e.id, e.sequence, e.text, e.hashes, d.seed, d.body
  FROM entries e LEFT JOIN documents d ON d.entry = e.id`
const keyColumns = 'SELECT measured_at, from_at, sequence, status FROM readings WHERE stream = ?'

/** What resolves held readings. */
const resolutions = `'release', 'write-off', 'reset', 'rollover', 'swap'`

function rowOf(row: Row, signature?: KeptSignature): EvidenceRow {
  const entry = decodeEntry(text(row.text))
  return {
    index: integer(row.id),
    entry,
    leaf: blob(row.hashes).slice(0, 32),
    signature,
    content: optional(row.body, given => {
      const body = text(given)
      const document = decodeDocumentAs(schemaOf(entry.kind, entry.schema), body)
      return { body, document, seed: blob(row.seed) }
    }),
  }
}

function indexedOf(row: Row): IndexedReading {
  const measuredAt = integer(row.measured_at)
  const from = integer(row.from_at)
  return {
    measuredAt,
    from: from === measuredAt ? undefined : from,
    sequence: integer(row.sequence),
    status: text(row.status),
  }
}

/** The entries of one stream as a proof needs them: with seeds, and found by the times of their readings. */
export class EvidenceRows {
  readonly #sql: Sql
  readonly #stream: StreamState

  constructor(sql: Sql, stream: StreamState) {
    this.#sql = sql
    this.#stream = stream
  }

  /** Random id of the stream. */
  get publicId(): string {
    return this.#stream.publicId
  }

  /** Channel of the register; undefined before it was opened. */
  get channel(): Channel | undefined {
    return this.#stream.register.opened?.channel
  }

  /** Entries from one sequence to another, both included, in order. */
  between(first: number, last: number): readonly EvidenceRow[] {
    const signatures = signaturesBetween(this.#sql, { stream: this.#stream.id, first, last })
    return this.#sql
      .all(
        `${entryColumns} WHERE e.stream = ? AND e.sequence BETWEEN ? AND ? ORDER BY e.sequence`,
        this.#stream.id,
        first,
        last,
      )
      .map(row => rowOf(row, signatures.get(integer(row.sequence))))
  }

  /** One entry; undefined behind the stream's end. */
  at(sequence: number): EvidenceRow | undefined {
    return this.between(sequence, sequence)[0]
  }

  /** Sequence of the nearest entry before this one that says the register's total; undefined when there is none. */
  totalBefore(sequence: number): number | undefined {
    const row = this.#sql.get(
      `SELECT sequence FROM entries WHERE stream = ? AND sequence < ?
       AND kind IN ('opening', 'reading', 'revision', ${resolutions}) ORDER BY sequence DESC LIMIT 1`,
      this.#stream.id,
      sequence,
    )
    return optional(row?.sequence, integer)
  }

  /** Sequence of the entry that opened the register; undefined before there was one. */
  opening(): number | undefined {
    const row = this.#sql.get(
      "SELECT min(sequence) AS first FROM entries WHERE stream = ? AND kind = 'opening'",
      this.#stream.id,
    )
    return optional(row?.first, integer)
  }

  /** Sequence of the last entry that stands in the first `size` entries of the log; undefined when there is none. */
  lastBefore(size: number): number | undefined {
    const row = this.#sql.get(
      'SELECT sequence FROM entries WHERE stream = ? AND id < ? ORDER BY sequence DESC LIMIT 1',
      this.#stream.id,
      size,
    )
    return optional(row?.sequence, integer)
  }

  /** Readings measured after one instant and up to another, by time. */
  readings({ after, upTo }: { readonly after: Instant; readonly upTo: Instant }): readonly IndexedReading[] {
    return this.#sql
      .all(
        `${keyColumns} AND measured_at > ? AND measured_at <= ? ORDER BY measured_at, from_at`,
        this.#stream.id,
        after,
        upTo,
      )
      .map(indexedOf)
  }

  /** Readings measured up to an instant, the newest first, read as they are asked for. */
  *readingsBack(upTo: Instant): Generator<IndexedReading> {
    const below = `${keyColumns} AND (measured_at, from_at) < (?, ?) ORDER BY measured_at DESC, from_at DESC LIMIT 64`
    // Any start is below this one.
    let place: readonly [Instant, Instant] = [upTo, upTo + 1]
    for (;;) {
      const rows = this.#sql.all(below, this.#stream.id, ...place).map(indexedOf)
      yield* rows
      const last = rows.at(-1)
      if (last === undefined) return
      place = [last.measuredAt, last.from ?? last.measuredAt]
    }
  }

  /** The first reading measured after an instant. */
  next(after: Instant): IndexedReading | undefined {
    const row = this.#sql.get(
      `${keyColumns} AND measured_at > ? ORDER BY measured_at LIMIT 1`,
      this.#stream.id,
      after,
    )
    return row && indexedOf(row)
  }

  /** Times of erased readings of these entries: their documents tell nothing any more. */
  erasedTimes(first: number, last: number): ReadonlyMap<number, IndexedReading> {
    const rows = this.#sql
      .all(`${keyColumns} AND sequence BETWEEN ? AND ? AND status = 'erased'`, this.#stream.id, first, last)
      .map(indexedOf)
    return new Map(rows.map(row => [row.sequence, row]))
  }

  /**
   * Sequences behind `after` of what is about entries `[first, last]` without being a reading: receipts whose range reaches
   * into them, erasures of them, and what an operator said of the held ones among them.
   */
  about({ first, last, after }: { first: number; last: number; after: number }): readonly number[] {
    return this.#sql
      .all(
        `SELECT e.sequence FROM entries e JOIN documents d ON d.entry = e.id
         WHERE e.stream = ? AND e.sequence > ? AND (
           (e.kind IN ('receipt', 'erasure') AND CAST(d.body ->> '$.first' AS INTEGER) <= ?
             AND CAST(d.body ->> '$.last' AS INTEGER) >= ?)
           OR (e.kind IN (${resolutions}) AND CAST(d.body ->> '$.reading' AS INTEGER) BETWEEN ? AND ?))
         ORDER BY e.sequence`,
        this.#stream.id,
        after,
        last,
        first,
        first,
        last,
      )
      .map(row => integer(row.sequence))
  }

  /** The raw bytes behind an entry's document; undefined where there are none, or they were erased. */
  raw(index: number): { readonly bytes: Uint8Array; readonly mediaType: string } | undefined {
    return rawOfEntry(this.#sql, index)
  }
}

/** Documents of the receipts in the gateway's own stream that have this schema, oldest first. */
export function receiptsOfGateway(sql: Sql, schema: string): readonly Document[] {
  return sql
    .all(
      `${entryColumns} JOIN streams s ON s.id = e.stream WHERE s.name = 'gateway' AND e.kind = 'receipt' ORDER BY e.id`,
    )
    .flatMap(row => {
      const { entry, content } = rowOf(row)
      return entry.schema === schema && content !== undefined ? [content.document] : []
    })
}

/** A field of a row's document; null where it is absent, or the document was erased. */
export function fieldOf({ content }: EvidenceRow, field: string): FieldValue {
  return content?.document[field] ?? null
}
