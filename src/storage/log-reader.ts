import { type CarbonSummary, carbonStream } from '../core/carbon-log.ts'
import type { Certificate } from '../core/certificate.ts'
import type { Document } from '../core/document.ts'
import { EnergywebError } from '../core/errors.ts'
import type { StoredEntry } from '../core/log.ts'
import { type RegisterSummary, summarise } from '../core/register.ts'
import type { LineState, Submission } from '../core/submission.ts'
import type { Instant } from '../core/time.ts'
import { summariseCarbon } from './carbon-rows.ts'
import { certificatesOfLine } from './certificates.ts'
import { lastCheckpoint } from './checkpoints.ts'
import { optional, text } from './columns.ts'
import { openDatabaseForReading } from './database.ts'
import {
  entriesFrom,
  entriesMatching,
  entriesOfRaw,
  entriesOfStream,
  type LeafRow,
  leavesFrom,
  rawOfEntry,
} from './entry-rows.ts'
import { signingKeys } from './entry-signatures.ts'
import { EvidenceRows, receiptsOfGateway } from './evidence-rows.ts'
import { knownKeys } from './known-keys.ts'
import { allLines, isLogLine, lineNamed, lineState } from './lines.ts'
import { loadHead, loadStreamNamed, loadStreams, type StreamState } from './log-state.ts'
import { recordOfEntry } from './pin-rows.ts'
import type { Sql } from './sql.ts'
import { submissionsOfLine } from './submission-rows.ts'
import { TreeReader } from './tree-reader.ts'

/** Which entries of a log {@link LogReader.pages} gives. */
export interface PageFilter {
  /** Name of the one stream that is meant; default all. */
  readonly stream?: string
  /** Appended at this time or later. */
  readonly since?: Instant
  /** Appended before this time. */
  readonly until?: Instant
  /** Only entries of a higher index; default -1, from the beginning. */
  readonly after?: number
  /** Entries a page, default 500. */
  readonly size?: number
}

const usualPage = 500

/** A log opened for reading, while a gateway may be writing to it. It answers at once: it is for commands, not for servers. */
export class LogReader {
  readonly #sql: Sql
  readonly #tree: TreeReader
  /** Snapshots under way: one within another sees what the outer one sees. */
  #snapshots = 0

  constructor(folder: string) {
    this.#sql = openDatabaseForReading(folder)
    this.#tree = new TreeReader(this.#sql)
  }

  /**
   * Lets work see the log as it is at its first look, whatever is appended and erased meanwhile. It must not last: as long as it
   * does, the file with newest changes grows, and erased bytes can't be overwritten in it.
   */
  async snapshot<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#snapshots === 0) this.#sql.execute('BEGIN')
    this.#snapshots += 1
    try {
      return await work()
    } finally {
      this.#snapshots -= 1
      const { database } = this.#sql
      // A failed read may have ended the transaction, and the work may have closed the log.
      if (this.#snapshots === 0 && database.isOpen && database.isTransaction) this.#sql.execute('COMMIT')
    }
  }

  /** Size and root as last committed. */
  head(): { readonly size: number; readonly root: Uint8Array } {
    return loadHead(this.#sql)
  }

  /** The energy register of every stream in short; streams of carbon registers have none. */
  streams(): readonly RegisterSummary[] {
    return [...loadStreams(this.#sql).values()]
      .filter(({ carbon }) => carbon === undefined)
      .map(({ name, sequence, register }) => summarise(name, sequence, register))
  }

  /** An asset's carbon register in short; undefined when it has none. @throws EnergywebError `stream-unknown` */
  carbon(asset: string): CarbonSummary | undefined {
    const stream = this.#stream(asset)
    const carbon = loadStreamNamed(this.#sql, carbonStream(asset))?.carbon
    return carbon && summariseCarbon(this.#sql, stream, carbon)
  }

  /** Random id of a stream, as its entries carry it. @throws EnergywebError `stream-unknown` */
  publicId(stream: string): string {
    return this.#stream(stream).publicId
  }

  /** Name of the stream whose entries carry this random id; undefined when there is none. */
  streamOf(publicId: string): string | undefined {
    return optional(this.#sql.get('SELECT name FROM streams WHERE public_id = ?', publicId)?.name, text)
  }

  /** Entries whose document names raw bytes with this SHA-256, oldest first. */
  entriesOfRaw(digest: Uint8Array, limit: number): readonly StoredEntry[] {
    return entriesOfRaw(this.#sql, digest, limit)
  }

  /** @throws EnergywebError `stream-unknown` */
  register(stream: string): RegisterSummary {
    const { name, sequence, register } = this.#stream(stream)
    return summarise(name, sequence, register)
  }

  /** Entries of a stream with a sequence above `after` (-1 for all), in order. @throws EnergywebError `stream-unknown` */
  entries(stream: string, range: { after: number; limit: number }): readonly StoredEntry[] {
    return entriesOfStream(this.#sql, this.#stream(stream).id, range)
  }

  /** Entries of the whole log from an index on, in order. */
  entriesFrom(range: { from: number; limit: number }): readonly StoredEntry[] {
    return entriesFrom(this.#sql, range)
  }

  /** Entries of the whole log from an index on with their part of the tree, in order; 10,000 at most. */
  leaves(range: { from: number; limit: number }): readonly LeafRow[] {
    return leavesFrom(this.#sql, range)
  }

  /**
   * Every entry that was appended in `[since, until)`, of one stream or of all, a page at a time and in order: what there is by
   * the time it is asked for.
   * @throws EnergywebError `stream-unknown`
   */
  *pages(filter: PageFilter): Generator<readonly StoredEntry[]> {
    const { stream, since, until, after = -1, size = usualPage } = filter
    const rows = {
      ...(stream !== undefined && { stream: this.#stream(stream).id }),
      ...(since !== undefined && { since }),
      ...(until !== undefined && { until }),
    }
    let last: number | undefined = after
    while (last !== undefined) {
      const page = entriesMatching(this.#sql, rows, { after: last, limit: size })
      last = page.at(-1)?.index
      if (last !== undefined) yield page
    }
  }

  /** One entry; undefined when the log is shorter. */
  entry(index: number): StoredEntry | undefined {
    const [entry] = entriesFrom(this.#sql, { from: index, limit: 1 })
    return entry?.index === index ? entry : undefined
  }

  /**
   * Root of the complete subtree of 2^level entries that begins at entry `index * 2^level` (RFC 9162 section 2.1); level 0 is
   * the leaf hash of an entry.
   * @throws EnergywebError `argument-invalid` when the log does not reach so far.
   */
  node(level: number, index: number): Uint8Array {
    return this.#tree.node(level, index)
  }

  /**
   * Root of the tree of the first `size` entries: what a checkpoint of that size must have signed.
   * @throws EnergywebError `argument-invalid`
   */
  rootAt(size: number): Uint8Array {
    return this.#tree.rootAt(size)
  }

  /**
   * Inclusion path of an entry in the tree of the first `size` entries, the leaf's sibling first.
   * @throws EnergywebError `argument-invalid` when the log, or that tree, does not reach so far.
   */
  inclusion(index: number, size: number): readonly Uint8Array[] {
    return this.#tree.inclusion(index, size)
  }

  /**
   * Consistency path from the tree of the first `from` entries to that of the first `to`.
   * @throws EnergywebError `argument-invalid` unless 0 <= from <= to <= the log's size.
   */
  consistency(from: number, to: number): readonly Uint8Array[] {
    return this.#tree.consistency(from, to)
  }

  /** The raw bytes behind an entry; undefined where there are none, or they were erased. */
  raw(index: number): { readonly bytes: Uint8Array; readonly mediaType: string } | undefined {
    return rawOfEntry(this.#sql, index)
  }

  /** The record of an entry (`decodeEntryRecord`): entry, document and seed; undefined once the document is erased. */
  record(index: number): Uint8Array | undefined {
    return recordOfEntry(this.#sql, index)
  }

  /** Every report line, with the number of entries that are not final. */
  lines(): readonly (LineState & { readonly backlog: number })[] {
    return allLines(this.#sql).map(line => ({
      ...lineState(this.#sql, line),
      backlog:
        (isLogLine(line) ? loadHead(this.#sql).size - 1 : this.#stream(line.streamName).sequence) -
        line.cursor,
    }))
  }

  /** Submissions of a line, newest first. @throws EnergywebError `argument-invalid` */
  submissions(line: string, limit: number): readonly Submission[] {
    return submissionsOfLine(this.#sql, lineNamed(this.#sql, line).id, limit)
  }

  /** The newest state of each certificate of a line, in the order of their entries. @throws EnergywebError `argument-invalid` */
  certificates(line: string): readonly Certificate[] {
    return certificatesOfLine(this.#sql, lineNamed(this.#sql, line))
  }

  /** The entries of a stream as a proof needs them. @throws EnergywebError `stream-unknown` */
  evidenceRows(stream: string): EvidenceRows {
    return new EvidenceRows(this.#sql, this.#stream(stream))
  }

  /** Documents of the receipts in the gateway's own stream that have this schema, oldest first. */
  receiptsOfGateway(schema: string): readonly Document[] {
    return receiptsOfGateway(this.#sql, schema)
  }

  /** Verifier keys that have signed entries one by one, in the order of their first one. */
  signingKeys(): readonly string[] {
    return signingKeys(this.#sql)
  }

  /** The first public key of each name that has signed for the gateway. */
  knownKeys(): ReadonlyMap<string, Uint8Array> {
    return knownKeys(this.#sql)
  }

  /** The newest signed checkpoint; undefined before the first. */
  lastCheckpoint(): string | undefined {
    return lastCheckpoint(this.#sql)
  }

  close(): void {
    this.#sql.database.close()
  }

  #stream(name: string): StreamState {
    const stream = loadStreamNamed(this.#sql, name)
    if (stream === undefined) {
      const known = [...loadStreams(this.#sql).keys()].join(', ')
      throw new EnergywebError('stream-unknown', `the log has no stream "${name}"`, {
        hint: `It has: ${known}.`,
      })
    }
    return stream
  }
}

/**
 * Opens the log of a data folder for reading.
 * @throws EnergywebError `log-io` when there is none; `log-version`, `log-corrupt`
 */
export function openLogReader({ folder }: { readonly folder: string }): LogReader {
  return new LogReader(folder)
}
