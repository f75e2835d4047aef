import type { Document } from './document.ts'
import type { EntryKind } from './entry.ts'
import type { Reading } from './reading.ts'
import type { RegisterLimits, RegisterSummary, Resolution } from './register.ts'
import type { Instant } from './time.ts'

/**
 * The stream of what concerns the gateway and no asset. Report lines of it report the log itself: their entries are those
 * of the whole log, by their place in it, and their receipts stand in this stream.
 */
export const gatewayStream = 'gateway'

/** How a stream's entries commit to their documents; see `Commitment`. */
export type CommitmentKind = 'fields' | 'document'

export interface StreamOptions {
  /** The asset's name, or `gateway`. Known to this gateway only: entries carry the stream's random id. */
  readonly name: string
  /** Default `fields`. */
  readonly commitment?: CommitmentKind
  /** Stands in the opening: the driver that feeds the stream. */
  readonly source?: string
}

/** One entry with all that stands beside it. */
export interface StoredEntry {
  /** Place in the log, from 0. */
  readonly index: number
  /** Name of the stream. */
  readonly stream: string
  readonly sequence: number
  readonly kind: EntryKind
  readonly at: Instant
  /** Canonical JSON, the bytes that were hashed, as text. */
  readonly text: string
  /** SHA-256(0x00 || entry), 32 bytes. */
  readonly leafHash: Uint8Array
  /** Undefined once erased. */
  readonly document: Document | undefined
  /** Seed of the document's salts, 32 bytes; gone with it. Whoever has it can try out what hidden fields hold. */
  readonly seed?: Uint8Array
}

export type RecordedStatus = 'counted' | 'held' | 'late' | 'duplicate'

export interface RecordOutcome {
  /** What became of each reading, in the order given. */
  readonly statuses: readonly RecordedStatus[]
  /** Entries that were appended, oldest first. */
  readonly appended: readonly EntryReference[]
  readonly register: RegisterSummary
}

export interface EntryReference {
  readonly index: number
  readonly sequence: number
  readonly kind: EntryKind
}

/**
 * The append-only record. Every promise of a method that writes MUST NOT resolve before what it wrote is durable, and
 * MUST reject once an I/O error has stopped the log (`log-io`): nothing is acknowledged after one.
 */
export interface Log {
  /** Opens a stream, or finds the one of this name. */
  openStream(options: StreamOptions): Promise<RegisterSummary>
  /** Takes readings of one stream through the register law; all of them or none. */
  record(stream: string, readings: readonly Reading[], limits: RegisterLimits): Promise<RecordOutcome>
  /** Appends an entry that does not touch the register. */
  append(stream: string, kind: 'gap' | 'note', document: Document): Promise<EntryReference>
  /** An operator's command on what is held. */
  resolve(stream: string, resolution: Resolution, limits: RegisterLimits): Promise<RecordOutcome>
  register(stream: string): Promise<RegisterSummary>
  /** Entries of a stream with a sequence above `after` (-1 for all), in order. */
  entries(stream: string, options: { after: number; limit: number }): Promise<readonly StoredEntry[]>
  /** Calls back after every commit that appended to a stream; the answer ends it. */
  onAppend(listener: (stream: string) => void): () => void
  /** Calls back once when an I/O error has stopped the log. */
  onFailure(listener: (error: Error) => void): () => void
  /** Size and root of the log as last committed. */
  head(): Promise<{ size: number; root: Uint8Array }>
  close(): Promise<void>
}
