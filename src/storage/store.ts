import type { EntryKind } from '../core/entry.ts'
import { EnergywebError } from '../core/errors.ts'
import { faultPoint } from '../core/fault-point.ts'
import type { EntryReference } from '../core/log.ts'
import { type RegisterState, type RegisterSummary, summarise } from '../core/register.ts'
import type { Instant } from '../core/time.ts'
import { appendLeaf, type Frontier, frontierRoot } from '../proof/merkle.ts'
import { keepCarbon } from './carbon-rows.ts'
import { type ComposedEntry, type Composer, composeEntry, type EntryContent } from './compose-entry.ts'
import { loadFrontier, loadHead, loadStreams, type StreamState } from './log-state.ts'
import { keepRegister } from './register-rows.ts'
import { seedSource } from './seeds.ts'
import type { Sql } from './sql.ts'

/** An entry to be appended. */
export type NewEntry = EntryContent

/** How many payloads are remembered by their hash, so that the same bytes are kept once. */
const rememberedPayloads = 4_096

/** What a transaction has made durable. */
export interface Committed {
  /** Names of the streams that grew. */
  readonly grown: readonly string[]
  /** How long the disk took, ms; undefined where nothing was written. */
  readonly duration: number | undefined
}

/** How things stood before a transaction. */
interface Saved {
  readonly frontier: Frontier
  readonly streams: Map<string, StreamState | undefined>
  readonly writes: number
}

/**
 * The log inside its thread: the database, and what must be remembered so that appending needs no reading. Between `begin`
 * and `commit` it changes both; `rollback` takes both back.
 */
export class Store {
  readonly sql: Sql
  readonly composer: Composer
  #streams: Map<string, StreamState>
  #frontier: Frontier
  #saved: Saved | undefined
  #payloads = new Map<string, number>()
  #nextSeed = seedSource(undefined)

  constructor(sql: Sql, composer: Composer) {
    this.sql = sql
    this.composer = composer
    this.#streams = loadStreams(sql)
    this.#frontier = loadFrontier(sql, loadHead(sql).size)
  }

  get size(): number {
    return this.#frontier.size
  }

  root(): Uint8Array {
    return frontierRoot(this.#frontier, this.composer.hashes)
  }

  streams(): Iterable<StreamState> {
    return this.#streams.values()
  }

  findStream(name: string): StreamState | undefined {
    return this.#streams.get(name)
  }

  /** @throws EnergywebError `stream-unknown` */
  stream(name: string): StreamState {
    const stream = this.#streams.get(name)
    if (stream === undefined) {
      throw new EnergywebError('stream-unknown', `the log has no stream "${name}"`, {
        hint: 'Open it first.',
      })
    }
    return stream
  }

  summary(name: string): RegisterSummary {
    const { sequence, register } = this.stream(name)
    return summarise(name, sequence, register)
  }

  /** Puts a stream's new state in place of the one before. */
  setStream(stream: StreamState): void {
    const saved = this.#saved?.streams
    if (saved !== undefined && !saved.has(stream.name)) saved.set(stream.name, this.#streams.get(stream.name))
    this.#streams.set(stream.name, stream)
  }

  /** 32 random bytes. */
  seed(): Uint8Array {
    return this.#nextSeed()
  }

  /** Takes seeds from `given` until told otherwise; `undefined` is the operating system's randomness. */
  useRandomness(given: Uint8Array | undefined): void {
    this.#nextSeed = seedSource(given)
  }

  /** Starts a transaction. */
  begin(): void {
    this.sql.run('BEGIN IMMEDIATE')
    this.#saved = { frontier: this.#frontier, streams: new Map(), writes: this.sql.writes }
  }

  /** Makes all that was done since `begin` durable. */
  commit(): Committed {
    const saved = this.#saved
    const grown: string[] = []
    for (const [name, before] of saved?.streams ?? []) {
      const stream = this.stream(name)
      if (stream.sequence !== (before?.sequence ?? -1)) grown.push(name)
      keepRegister(this.sql, stream, before)
      keepCarbon(this.sql, stream, before)
    }
    if (saved?.frontier.size !== this.#frontier.size) {
      this.sql.run('UPDATE head SET size = ?, root = ? WHERE id = 0', this.#frontier.size, this.root())
    }
    const hasWritten = this.sql.writes !== saved?.writes
    faultPoint('storage/before-commit')
    const began = performance.now()
    this.sql.run('COMMIT')
    const milliseconds = performance.now() - began
    this.#saved = undefined
    faultPoint('storage/after-commit')
    return { grown, duration: hasWritten ? milliseconds : undefined }
  }

  /** Takes everything back. SQLite may have done its part already: after a full disk it has. */
  rollback(): void {
    const saved = this.#saved
    this.#saved = undefined
    if (saved !== undefined) {
      this.#frontier = saved.frontier
      for (const [name, before] of saved.streams) {
        if (before === undefined) this.#streams.delete(name)
        else this.#streams.set(name, before)
      }
    }
    this.#payloads.clear()
    if (this.sql.database.isTransaction) this.sql.execute('ROLLBACK')
  }

  /** Forgets which raw bytes are kept: some are no more. */
  forgetPayloads(): void {
    this.#payloads.clear()
  }

  /** Keeps raw bytes once: the same bytes as one of the last few thousand payloads share its row. */
  keepPayload(payload: { bytes: Uint8Array; mediaType: string }, hash: Uint8Array): number {
    const key = Buffer.from(hash).toString('latin1')
    const known = this.#payloads.get(key)
    if (known !== undefined) return known
    const id = this.sql.insert(
      'INSERT INTO raw (hash, media_type, bytes) VALUES (?, ?, ?)',
      hash,
      payload.mediaType,
      payload.bytes,
    )
    const [oldest] = this.#payloads.keys()
    if (this.#payloads.size >= rememberedPayloads && oldest !== undefined) this.#payloads.delete(oldest)
    this.#payloads.set(key, id)
    return id
  }

  /**
   * Works out the entries of one stream: nothing is written, nothing remembered, so that a refused one leaves no trace.
   * @throws EnergywebError `document-invalid`, `entry-too-large`
   */
  compose(stream: StreamState, entries: readonly NewEntry[], at: Instant): readonly PlannedEntry[] {
    let previous = stream.leaf
    return entries.map((entry, i) => {
      const { publicId, commitment, sequence } = stream
      const seed = this.seed()
      const place = { stream: publicId, commitment, sequence: sequence + 1 + i, previous, at, seed }
      const composed = composeEntry(entry, place, this.composer)
      previous = composed.leaf
      return { ...composed, kind: entry.kind, sequence: place.sequence, seed }
    })
  }

  /** Writes composed entries and remembers the stream's new state. `raw` answers the row of an entry's raw bytes. */
  write(
    stream: StreamState,
    entries: readonly PlannedEntry[],
    { register, raw }: { register: RegisterState; raw?: (position: number) => number | undefined },
  ): readonly EntryReference[] {
    const references = entries.map((entry, i) => this.#writeEntry(stream, entry, raw?.(i)))
    const last = entries.at(-1)
    this.setStream({
      ...stream,
      register,
      sequence: last?.sequence ?? stream.sequence,
      leaf: last?.leaf ?? stream.leaf,
    })
    return references
  }

  #writeEntry(stream: StreamState, entry: PlannedEntry, raw: number | undefined): EntryReference {
    const index = this.#frontier.size
    const { frontier, completed } = appendLeaf(this.#frontier, entry.leaf, this.composer.hashes)
    this.sql.run(
      'INSERT INTO entries (id, stream, sequence, kind, text, hashes) VALUES (?, ?, ?, ?, ?, ?)',
      index,
      stream.id,
      entry.sequence,
      entry.kind,
      entry.text,
      completed.length === 0 ? entry.leaf : Buffer.concat([entry.leaf, ...completed]),
    )
    faultPoint('storage/between-rows')
    this.sql.run(
      'INSERT INTO documents (entry, seed, body, raw) VALUES (?, ?, ?, ?)',
      index,
      entry.seed,
      entry.body,
      raw ?? null,
    )
    this.#frontier = frontier
    return { index, sequence: entry.sequence, kind: entry.kind }
  }
}

/** An entry that is ready to be written. */
export interface PlannedEntry extends ComposedEntry {
  readonly kind: EntryKind
  readonly sequence: number
  readonly seed: Uint8Array
}
