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
import type { Certificate, CertificateBook } from '../core/certificate.ts'
import type { CheckpointBook, TreeHead } from '../core/checkpoint-book.ts'
import { type Clock, systemClock } from '../core/clock.ts'
import type { Document } from '../core/document.ts'
import type { EntrySignature, EntrySignatureBook, UnsignedEntry } from '../core/entry-signatures.ts'
import type { Eraser, ErasureOutcome, ErasureRequest } from '../core/erasure.ts'
import type { EnergywebError } from '../core/errors.ts'
import type { EventBook, EventChange, OfferedEvent, OnceLog } from '../core/event-cursor.ts'
import type { EntryReference, Log, RecordOutcome, StoredEntry, StreamOptions } from '../core/log.ts'
import type { Logger } from '../core/logger.ts'
import type { Pin, PinBook, PinLine, PinLineState, PinNews } from '../core/pin-book.ts'
import type { Reading } from '../core/reading.ts'
import type { Receipt } from '../core/receipt.ts'
import type { RegisterLimits, RegisterSummary, Resolution } from '../core/register.ts'
import type { Signer } from '../core/signer.ts'
import type {
  CursorStore,
  FiledCall,
  LineEnd,
  LineState,
  NewSubmission,
  Submission,
  SubmissionStore,
  Variant,
} from '../core/submission.ts'
import { readCheckpoint, signCheckpoint } from '../proof/checkpoint.ts'
import type { NoteSignature } from '../proof/signed-note.ts'
import type { CheckpointsWithout } from './checkpoints-without.ts'
import { compactReadings, compactVerdicts } from './compact-readings.ts'
import type { Operation, OperationName, Output, Space } from './operations.ts'
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
  implements
    Log,
    CarbonLog,
    CarbonBook,
    CertificateBook,
    CheckpointBook,
    EntrySignatureBook,
    CursorStore,
    SubmissionStore,
    EventBook,
    OnceLog,
    PinBook,
    Eraser
{
  readonly #session: StoreSession
  readonly #folder: string
  readonly #clock: Clock

  private constructor(session: StoreSession, { folder, clock }: { folder: string; clock: Clock }) {
    this.#session = session
    this.#folder = folder
    this.#clock = clock
  }

  /** See {@link openLog}. */
  static async open({ clock = systemClock, ...options }: LogOptions): Promise<LogStore> {
    return new LogStore(await StoreSession.open(options), { folder: options.folder, clock })
  }

  #ask<Name extends OperationName>(operation: Operation<Name> & Operation): Promise<Output<Name>> {
    return this.#session.ask(operation)
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
    return this.#ask({ name: 'openStream', input: options })
  }

  record(stream: string, readings: readonly Reading[], limits: RegisterLimits): Promise<RecordOutcome> {
    const input = { stream, readings: compactReadings(readings), limits, at: this.#now() }
    return this.#ask({ name: 'record', input })
  }

  resolve(stream: string, resolution: Resolution, limits: RegisterLimits): Promise<RecordOutcome> {
    return this.#ask({ name: 'resolve', input: { stream, resolution, limits, at: this.#now() } })
  }

  append(stream: string, kind: 'gap' | 'note', document: Document): Promise<EntryReference> {
    return this.#ask({ name: 'append', input: { stream, kind, document, at: this.#now() } })
  }

  appendOnce(key: string, stream: string, kind: 'gap' | 'note', document: Document): Promise<EntryReference> {
    return this.#ask({ name: 'appendOnce', input: { key, stream, kind, document, at: this.#now() } })
  }

  openCarbon(opening: CarbonOpening): Promise<CarbonSummary> {
    return this.#ask({ name: 'openCarbon', input: { ...opening, at: this.#now() } })
  }

  carbon(asset: string): Promise<CarbonSummary | undefined> {
    return this.#ask({ name: 'carbon', input: { asset } })
  }

  carbonSteps(asset: string, query: CarbonStepQuery): Promise<readonly WaitingCarbonStep[]> {
    return this.#ask({ name: 'carbonSteps', input: { asset, query } })
  }

  priceCarbon(asset: string, verdicts: readonly CarbonVerdict[]): Promise<CarbonSummary> {
    return this.#ask({
      name: 'priceCarbon',
      input: { asset, verdicts: compactVerdicts(verdicts), at: this.#now() },
    })
  }

  carbonAt(asset: string, sequences: readonly number[]): Promise<readonly CarbonPoint[] | undefined> {
    return this.#ask({ name: 'carbonAt', input: { asset, sequences } })
  }

  async erase(
    { by, reason, ...asked }: ErasureRequest,
    options: { signal?: AbortSignal } = {},
  ): Promise<ErasureOutcome> {
    if (this.failure !== undefined) throw this.failure
    const plans = await planErasures(this.#folder, asked, options)
    const input = {
      plans,
      by,
      reason,
      at: this.#now(),
    }
    const entries = await this.#ask({ name: 'erase', input })
    const remains = await this.#ask({ name: 'scrub', input: undefined })
    const erased = plans.map(({ stream, first, last, documents, shortened }, i) => {
      return { stream, first, last, documents, shortened, entry: entries[i]?.index ?? -1 }
    })
    return { erased, remains }
  }

  register(stream: string): Promise<RegisterSummary> {
    return this.#ask({ name: 'register', input: { stream } })
  }

  entries(stream: string, range: { after: number; limit: number }): Promise<readonly StoredEntry[]> {
    return this.#ask({ name: 'entries', input: { stream, after: range.after, limit: range.limit } })
  }

  head(): Promise<{ size: number; root: Uint8Array }> {
    return this.#ask({ name: 'head', input: undefined })
  }

  openLine(line: string, stream: string): Promise<LineState> {
    return this.#ask({ name: 'openLine', input: { line, stream } })
  }

  line(line: string): Promise<LineState> {
    return this.#ask({ name: 'line', input: { line } })
  }

  ends(lines: readonly string[]): Promise<readonly LineEnd[]> {
    return this.#ask({ name: 'ends', input: { lines } })
  }

  unplanned(line: string, limit: number): Promise<readonly StoredEntry[]> {
    return this.#ask({ name: 'unplanned', input: { line, limit } })
  }

  backlog(line: string): Promise<number> {
    return this.#ask({ name: 'backlog', input: { line } })
  }

  setStopped(line: string, reason: string | undefined): Promise<void> {
    return this.#ask({ name: 'setStopped', input: { line, reason } })
  }

  nextNonce(chainId: bigint, account: string): Promise<number | undefined> {
    return this.#ask({ name: 'nextNonce', input: { chainId, account } })
  }

  async create(submission: NewSubmission, variant: Variant): Promise<Submission> {
    const id = await this.#ask({ name: 'create', input: { submission, variant } })
    const { nonce } = variant
    const rest = { state: 'signed', reason: undefined, receipt: undefined } as const
    return { ...submission, ...rest, id, nonce, variants: [variant] }
  }

  addVariant(id: number, variant: Variant): Promise<void> {
    return this.#ask({ name: 'addVariant', input: { id, variant } })
  }

  renounce(id: number, variant: Variant): Promise<void> {
    return this.#ask({ name: 'renounce', input: { id, variant } })
  }

  raiseNonce(chainId: bigint, account: string, next: number): Promise<void> {
    return this.#ask({ name: 'raiseNonce', input: { chainId, account, next } })
  }

  markSent(ids: readonly number[]): Promise<void> {
    return this.#ask({ name: 'markSent', input: { ids } })
  }

  markMined(id: number, receipt: Receipt): Promise<void> {
    return this.#ask({ name: 'markMined', input: { id, receipt } })
  }

  markUnmined(id: number): Promise<void> {
    return this.#ask({ name: 'markUnmined', input: { id } })
  }

  finalise(ids: readonly number[]): Promise<void> {
    return this.#ask({ name: 'finalise', input: { ids, at: this.#now() } })
  }

  moveReceipt(id: number, receipt: Receipt): Promise<void> {
    return this.#ask({ name: 'moveReceipt', input: { id, receipt, at: this.#now() } })
  }

  skip(line: string, first: number, last: number, reason: string): Promise<void> {
    return this.#ask({ name: 'skip', input: { line, first, last, reason } })
  }

  adopt(submission: NewSubmission, receipt: Receipt): Promise<void> {
    return this.#ask({ name: 'adopt', input: { submission, receipt, at: this.#now() } })
  }

  abandon(id: number, reason: string): Promise<void> {
    return this.#ask({ name: 'abandon', input: { id, reason } })
  }

  fail(id: number, reason: string): Promise<void> {
    return this.#ask({ name: 'fail', input: { id, reason } })
  }

  pending(chainId: bigint, account: string): Promise<readonly Submission[]> {
    return this.#ask({ name: 'pending', input: { chainId, account } })
  }

  withNonces(
    chainId: bigint,
    account: string,
    range: { readonly from: number; readonly to: number },
  ): Promise<readonly Submission[]> {
    return this.#ask({ name: 'withNonces', input: { chainId, account, ...range } })
  }

  calls(line: string, range: { after: number; limit: number }): Promise<readonly FiledCall[]> {
    return this.#ask({ name: 'calls', input: { line, after: range.after, limit: range.limit } })
  }

  ofLine(line: string, limit: number): Promise<readonly Submission[]> {
    return this.#ask({ name: 'ofLine', input: { line, limit } })
  }

  finals(line: string, { after, limit }: { after: number; limit: number }): Promise<readonly Submission[]> {
    return this.#ask({ name: 'finals', input: { line, after, limit } })
  }

  certificates(line: string): Promise<readonly Certificate[]> {
    return this.#ask({ name: 'certificates', input: { line } })
  }

  recordCertificates(line: string, certificates: readonly Certificate[]): Promise<void> {
    return this.#ask({ name: 'recordCertificates', input: { line, certificates, at: this.#now() } })
  }

  openPins(line: PinLine): Promise<PinLineState> {
    return this.#ask({ name: 'openPins', input: line })
  }

  gatherPins(line: string, limit: number): Promise<number> {
    return this.#ask({ name: 'gatherPins', input: { line, limit } })
  }

  pinsUnderWay(line: string, limit: number, after = -1): Promise<readonly Pin[]> {
    return this.#ask({ name: 'pinsUnderWay', input: { line, limit, after } })
  }

  pinBytes(line: string, cid: string): Promise<Uint8Array | undefined> {
    return this.#ask({ name: 'pinBytes', input: { line, cid } })
  }

  pinShared(line: string, cid: string): Promise<boolean> {
    return this.#ask({ name: 'pinShared', input: { line, cid } })
  }

  recordPins(line: string, news: readonly PinNews[]): Promise<void> {
    return this.#ask({ name: 'recordPins', input: { line, news } })
  }

  settlePins(line: string): Promise<void> {
    return this.#ask({ name: 'settlePins', input: { line, at: this.#now() } })
  }

  pinLine(line: string): Promise<PinLineState> {
    return this.#ask({ name: 'pinLine', input: { line } })
  }

  eventCursor(name: string): Promise<string | undefined> {
    return this.#ask({ name: 'eventCursor', input: { name } })
  }

  keepEventCursor(name: string, cursor: string): Promise<void> {
    return this.#ask({ name: 'keepEventCursor', input: { name, cursor } })
  }

  offeredEvents(name: string): Promise<readonly OfferedEvent[]> {
    return this.#ask({ name: 'offeredEvents', input: { name } })
  }

  changeEvents(name: string, change: EventChange): Promise<void> {
    return this.#ask({ name: 'changeEvents', input: { name, change } })
  }

  /**
   * Derives the newest entries again, from what stands on the disk. Where they are not what was acknowledged the log stops.
   * @throws EnergywebError `log-corrupt`, naming the first bad entry; `log-io`
   */
  verifyTail(): Promise<VerifiedTail> {
    return this.#ask({ name: 'verifyTail', input: { folder: this.#folder } })
  }

  /** What the log takes of the disk. */
  space(): Promise<Space> {
    return this.#ask({ name: 'space', input: undefined })
  }

  /** The newest signed checkpoint; undefined before the first. */
  async lastCheckpoint(): Promise<string | undefined> {
    return (await this.#ask({ name: 'lastCheckpoint', input: undefined })).note
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
    return this.#ask({ name: 'rootAt', input: { size } })
  }

  /**
   * Keeps a signed checkpoint, in the database and as the file `checkpoint` of the folder.
   * @throws EnergywebError `log-corrupt` when it is not one of this log
   */
  saveCheckpoint(note: string): Promise<void> {
    return this.#ask({ name: 'keepCheckpoint', input: { note } })
  }

  /**
   * Checkpoints that a key has yet to sign, the oldest first: those after the newest that it has signed; of a key that has
   * signed none, the newest only.
   */
  checkpointsWithout(query: CheckpointsWithout): Promise<readonly string[]> {
    return this.#ask({ name: 'checkpointsWithout', input: query })
  }

  beginSigning(assets: readonly string[]): Promise<void> {
    return this.#ask({ name: 'beginSigning', input: { assets } })
  }

  entriesToSign(query: {
    readonly assets: readonly string[]
    readonly limit: number
  }): Promise<readonly UnsignedEntry[]> {
    return this.#ask({ name: 'entriesToSign', input: query })
  }

  countEntriesToSign(assets: readonly string[]): Promise<number> {
    return this.#ask({ name: 'countEntriesToSign', input: { assets } })
  }

  /** @throws EnergywebError `argument-invalid` for an entry that the log has not */
  keepEntrySignatures(key: string, signatures: readonly EntrySignature[]): Promise<void> {
    return this.#ask({ name: 'keepEntrySignatures', input: { key, signatures } })
  }

  /**
   * Adds cosignatures to the kept checkpoint of this size.
   * @throws EnergywebError `argument-invalid` when none is kept; `note-invalid`
   */
  addCosignatures(size: number, signatures: readonly NoteSignature[]): Promise<void> {
    return this.#ask({ name: 'addCosignatures', input: { size, signatures } })
  }

  /**
   * Consistency path between the trees of the first `from` and the first `to` entries.
   * @throws EnergywebError `argument-invalid` unless 0 < from <= to
   */
  consistency(range: { readonly from: number; readonly to: number }): Promise<readonly Uint8Array[]> {
    return this.#ask({ name: 'consistency', input: range })
  }

  /**
   * Signs size and root of the log, if anything but receipts of the gateway's own stream was appended since the last time;
   * answers the note, undefined when none is due.
   * @throws EnergywebError `key-unavailable`
   */
  async checkpoint({ signer, origin, signal }: CheckpointOptions): Promise<string | undefined> {
    const { due } = await this.#ask({ name: 'lastCheckpoint', input: undefined })
    if (!due) return undefined
    const head = await this.head()
    const note = await signCheckpoint({ origin, extensions: [], ...head }, signer, {
      ...(signal && { signal }),
    })
    await this.saveCheckpoint(note)
    return note
  }

  #now(): number {
    return this.#clock.now()
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
