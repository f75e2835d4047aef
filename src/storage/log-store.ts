import type {
  CarbonBook,
  CarbonLog,
  CarbonOpening,
  CarbonPoint,
  CarbonStepQuery,
  CarbonSummary,
  CarbonVerdict,
  WaitingCarbonStep,
} from '../core/carbon-log.ts'
import type { CheckpointBook, TreeHead } from '../core/checkpoint-book.ts'
import { type Clock, systemClock } from '../core/clock.ts'
import type { Document } from '../core/document.ts'
import type { EntrySignature, EntrySignatureBook, UnsignedEntry } from '../core/entry-signatures.ts'
import type { Eraser, ErasureOutcome, ErasureRequest } from '../core/erasure.ts'
import type { EnergywebError } from '../core/errors.ts'
import type { OnceLog } from '../core/event-cursor.ts'
import type { KeyBook } from '../core/key-book.ts'
import type { EntryReference, Log, RecordOutcome, StoredEntry, StreamOptions } from '../core/log.ts'
import type { Logger } from '../core/logger.ts'
import type { Reading } from '../core/reading.ts'
import type { RegisterLimits, RegisterSummary, Resolution } from '../core/register.ts'
import type { Signer } from '../core/signer.ts'
import { readCheckpoint, signCheckpoint } from '../proof/checkpoint.ts'
import type { NoteSignature } from '../proof/signed-note.ts'
import { BooksBesideLog } from './books-beside-log.ts'
import type { CheckpointsWithout } from './checkpoints-without.ts'
import { compactReadings, compactVerdicts } from './compact-readings.ts'
import type { Space } from './operations.ts'
import { planErasures } from './plan-erasures.ts'
import { StoreSession } from './store-session.ts'
import type { VerifiedTail } from './verify-tail.ts'

export interface LogOptions {
  /** The data folder; made where it is missing. One process writes to it. */
  readonly folder: string
  /** Stamps the entries; default the machine's clock. */
  readonly clock?: Clock
  readonly log?: Logger
  /** Answers this many random bytes; default the operating system's. For tests. */
  readonly random?: (length: number) => Uint8Array
}

/**
 * The log, cursors and submissions in SQLite, in a thread of their own. A promise of a method that writes resolves when what
 * it wrote would survive a power cut.
 */
export class LogStore
  extends BooksBesideLog
  implements Log, OnceLog, CarbonLog, CarbonBook, CheckpointBook, EntrySignatureBook, KeyBook, Eraser
{
  readonly #session: StoreSession
  readonly #folder: string

  private constructor(session: StoreSession, { folder, clock }: { folder: string; clock: Clock }) {
    super(session, clock)
    this.#session = session
    this.#folder = folder
  }

  /** See {@link openLog}. */
  static async open({ clock = systemClock, ...options }: LogOptions): Promise<LogStore> {
    return new LogStore(await StoreSession.open(options), { folder: options.folder, clock })
  }

  /** The error that has stopped the log; undefined while it works. */
  get failure(): EnergywebError | undefined {
    return this.#session.failure
  }

  /**
   * Brings a stopped log back: closes everything, opens it anew and verifies the tail. A write that was rejected with
   * `log-io` may turn out to be there; asking again with the same reading, range or nonce does no harm.
   * @throws EnergywebError `log-io` while the fault lasts, `log-corrupt` when the tail is not what was acknowledged
   */
  recover(): Promise<void> {
    return this.#session.recover()
  }

  close(): Promise<void> {
    return this.#session.close()
  }

  onAppend(listener: (stream: string) => void): () => void {
    return this.#session.onAppend(listener)
  }

  onCommit(listener: (duration: number) => void): () => void {
    return this.#session.onCommit(listener)
  }

  onFailure(listener: (error: Error) => void): () => void {
    return this.#session.onFailure(listener)
  }

  openStream(options: StreamOptions): Promise<RegisterSummary> {
    return this.ask({ name: 'openStream', input: options })
  }

  record(stream: string, readings: readonly Reading[], limits: RegisterLimits): Promise<RecordOutcome> {
    const input = { stream, readings: compactReadings(readings), limits, at: this.now() }
    return this.ask({ name: 'record', input })
  }

  resolve(stream: string, resolution: Resolution, limits: RegisterLimits): Promise<RecordOutcome> {
    return this.ask({ name: 'resolve', input: { stream, resolution, limits, at: this.now() } })
  }

  append(stream: string, kind: 'gap' | 'note', document: Document): Promise<EntryReference> {
    return this.ask({ name: 'append', input: { stream, kind, document, at: this.now() } })
  }

  appendOnce(key: string, stream: string, kind: 'gap' | 'note', document: Document): Promise<EntryReference> {
    return this.ask({ name: 'appendOnce', input: { key, stream, kind, document, at: this.now() } })
  }

  openCarbon(opening: CarbonOpening): Promise<CarbonSummary> {
    return this.ask({ name: 'openCarbon', input: { ...opening, at: this.now() } })
  }

  carbon(asset: string): Promise<CarbonSummary | undefined> {
    return this.ask({ name: 'carbon', input: { asset } })
  }

  carbonSteps(asset: string, query: CarbonStepQuery): Promise<readonly WaitingCarbonStep[]> {
    return this.ask({ name: 'carbonSteps', input: { asset, query } })
  }

  priceCarbon(asset: string, verdicts: readonly CarbonVerdict[]): Promise<CarbonSummary> {
    return this.ask({
      name: 'priceCarbon',
      input: { asset, verdicts: compactVerdicts(verdicts), at: this.now() },
    })
  }

  carbonAt(asset: string, sequences: readonly number[]): Promise<readonly CarbonPoint[] | undefined> {
    return this.ask({ name: 'carbonAt', input: { asset, sequences } })
  }

  async erase(
    { by, reason, ...asked }: ErasureRequest,
    options: { signal?: AbortSignal } = {},
  ): Promise<ErasureOutcome> {
    if (this.failure !== undefined) throw this.failure
    const plans = await planErasures(this.#folder, asked, options)
    const entries = await this.ask({ name: 'erase', input: { plans, by, reason, at: this.now() } })
    const remains = await this.ask({ name: 'scrub', input: undefined })
    const erased = plans.map(({ stream, first, last, documents, shortened }, i) => {
      return { stream, first, last, documents, shortened, entry: entries[i]?.index ?? -1 }
    })
    return { erased, remains }
  }

  register(stream: string): Promise<RegisterSummary> {
    return this.ask({ name: 'register', input: { stream } })
  }

  entries(stream: string, range: { after: number; limit: number }): Promise<readonly StoredEntry[]> {
    return this.ask({ name: 'entries', input: { stream, after: range.after, limit: range.limit } })
  }

  head(): Promise<{ size: number; root: Uint8Array }> {
    return this.ask({ name: 'head', input: undefined })
  }

  /**
   * Derives the newest entries again, from what stands on the disk. Where they are not what was acknowledged the log stops.
   * @throws EnergywebError `log-corrupt`, naming the first bad entry; `log-io`
   */
  verifyTail(): Promise<VerifiedTail> {
    return this.ask({ name: 'verifyTail', input: { folder: this.#folder } })
  }

  /** What the log takes of the disk. */
  space(): Promise<Space> {
    return this.ask({ name: 'space', input: undefined })
  }

  /** The newest signed checkpoint; undefined before the first. */
  async lastCheckpoint(): Promise<string | undefined> {
    return (await this.ask({ name: 'lastCheckpoint', input: undefined })).note
  }

  /** How many entries no signed checkpoint covers. */
  async uncovered(): Promise<number> {
    const [covered, { size }] = await Promise.all([this.newestCheckpoint(), this.head()])
    return Math.max(0, size - (covered?.size ?? 0))
  }

  async newestCheckpoint(): Promise<TreeHead | undefined> {
    const note = await this.lastCheckpoint()
    return note === undefined ? undefined : readCheckpoint(note)
  }

  rootAt(size: number): Promise<Uint8Array | undefined> {
    return this.ask({ name: 'rootAt', input: { size } })
  }

  /**
   * Keeps a signed checkpoint, in the database and as the file `checkpoint` of the folder.
   * @throws EnergywebError `log-corrupt` when it is not one of this log
   */
  saveCheckpoint(note: string): Promise<void> {
    return this.ask({ name: 'keepCheckpoint', input: { note } })
  }

  /**
   * Checkpoints that a key has yet to sign, the oldest first: those after the newest that it has signed; of a key that has
   * signed none, the newest only.
   */
  checkpointsWithout(query: CheckpointsWithout): Promise<readonly string[]> {
    return this.ask({ name: 'checkpointsWithout', input: query })
  }

  beginSigning(assets: readonly string[]): Promise<void> {
    return this.ask({ name: 'beginSigning', input: { assets } })
  }

  entriesToSign(query: {
    readonly assets: readonly string[]
    readonly limit: number
  }): Promise<readonly UnsignedEntry[]> {
    return this.ask({ name: 'entriesToSign', input: query })
  }

  countEntriesToSign(assets: readonly string[]): Promise<number> {
    return this.ask({ name: 'countEntriesToSign', input: { assets } })
  }

  /** @throws EnergywebError `argument-invalid` for an entry that the log has not */
  keepEntrySignatures(key: string, signatures: readonly EntrySignature[]): Promise<void> {
    return this.ask({ name: 'keepEntrySignatures', input: { key, signatures } })
  }

  knownKey(name: string, publicKey: Uint8Array): Promise<Uint8Array> {
    return this.ask({ name: 'knownKey', input: { name, publicKey } })
  }

  /**
   * Adds cosignatures to the kept checkpoint of this size.
   * @throws EnergywebError `argument-invalid` when none is kept; `note-invalid`
   */
  addCosignatures(size: number, signatures: readonly NoteSignature[]): Promise<void> {
    return this.ask({ name: 'addCosignatures', input: { size, signatures } })
  }

  /**
   * Consistency path between the trees of the first `from` and the first `to` entries.
   * @throws EnergywebError `argument-invalid` unless 0 < from <= to
   */
  consistency(range: { readonly from: number; readonly to: number }): Promise<readonly Uint8Array[]> {
    return this.ask({ name: 'consistency', input: range })
  }

  /**
   * Signs size and root of the log, if anything but receipts of the gateway's own stream was appended since the last time;
   * answers the note, undefined when none is due.
   * @throws EnergywebError `key-unavailable`
   */
  async checkpoint({ signer, origin, signal }: CheckpointOptions): Promise<string | undefined> {
    const { due } = await this.ask({ name: 'lastCheckpoint', input: undefined })
    if (!due) return undefined
    const head = await this.head()
    const note = await signCheckpoint({ origin, extensions: [], ...head }, signer, {
      ...(signal && { signal }),
    })
    await this.saveCheckpoint(note)
    return note
  }
}

export interface CheckpointOptions {
  readonly signer: Signer
  /** The log's name, like `gateway.example.org/roof`. */
  readonly origin: string
  readonly signal?: AbortSignal
}

/**
 * Opens the log of a data folder for writing and verifies its tail.
 * @throws EnergywebError `log-locked` (naming the process that has it), `log-version`, `log-corrupt`, `log-io`
 * @example
 * const log = await openLog({ folder: './data' })
 */
export function openLog(options: LogOptions): Promise<LogStore> {
  return LogStore.open(options)
}
