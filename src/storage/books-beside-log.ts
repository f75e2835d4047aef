import type { Certificate, CertificateBook } from '../core/certificate.ts'
import type { Clock } from '../core/clock.ts'
import type { EventBook, EventChange, OfferedEvent } from '../core/event-cursor.ts'
import type { StoredEntry } from '../core/log.ts'
import type { Pin, PinBook, PinLine, PinLineState, PinNews } from '../core/pin-book.ts'
import type { Receipt } from '../core/receipt.ts'
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
import type { Operation, OperationName, Output } from './operations.ts'
import type { StoreSession } from './store-session.ts'

/**
 * What is kept beside the log, in the same transactions: how far each report line has come, the submissions of each account,
 * certificates, what is in IPFS, and how far events were followed.
 */
export abstract class BooksBesideLog
  implements CursorStore, SubmissionStore, CertificateBook, PinBook, EventBook
{
  readonly #session: StoreSession
  readonly #clock: Clock

  protected constructor(session: StoreSession, clock: Clock) {
    this.#session = session
    this.#clock = clock
  }

  protected ask<Name extends OperationName>(operation: Operation<Name> & Operation): Promise<Output<Name>> {
    return this.#session.ask(operation)
  }

  protected now(): number {
    return this.#clock.now()
  }

  openLine(line: string, stream: string): Promise<LineState> {
    return this.ask({ name: 'openLine', input: { line, stream } })
  }

  line(line: string): Promise<LineState> {
    return this.ask({ name: 'line', input: { line } })
  }

  ends(lines: readonly string[]): Promise<readonly LineEnd[]> {
    return this.ask({ name: 'ends', input: { lines } })
  }

  unplanned(line: string, limit: number): Promise<readonly StoredEntry[]> {
    return this.ask({ name: 'unplanned', input: { line, limit } })
  }

  backlog(line: string): Promise<number> {
    return this.ask({ name: 'backlog', input: { line } })
  }

  setStopped(line: string, reason: string | undefined): Promise<void> {
    return this.ask({ name: 'setStopped', input: { line, reason } })
  }

  nextNonce(chainId: bigint, account: string): Promise<number | undefined> {
    return this.ask({ name: 'nextNonce', input: { chainId, account } })
  }

  async create(submission: NewSubmission, variant: Variant): Promise<Submission> {
    const id = await this.ask({ name: 'create', input: { submission, variant } })
    const { nonce } = variant
    const rest = { state: 'signed', reason: undefined, receipt: undefined } as const
    return { ...submission, ...rest, id, nonce, variants: [variant] }
  }

  addVariant(id: number, variant: Variant): Promise<void> {
    return this.ask({ name: 'addVariant', input: { id, variant } })
  }

  renounce(id: number, variant: Variant): Promise<void> {
    return this.ask({ name: 'renounce', input: { id, variant } })
  }

  raiseNonce(chainId: bigint, account: string, next: number): Promise<void> {
    return this.ask({ name: 'raiseNonce', input: { chainId, account, next } })
  }

  markSent(ids: readonly number[]): Promise<void> {
    return this.ask({ name: 'markSent', input: { ids } })
  }

  markMined(id: number, receipt: Receipt): Promise<void> {
    return this.ask({ name: 'markMined', input: { id, receipt } })
  }

  markUnmined(id: number): Promise<void> {
    return this.ask({ name: 'markUnmined', input: { id } })
  }

  finalise(ids: readonly number[]): Promise<void> {
    return this.ask({ name: 'finalise', input: { ids, at: this.now() } })
  }

  moveReceipt(id: number, receipt: Receipt): Promise<void> {
    return this.ask({ name: 'moveReceipt', input: { id, receipt, at: this.now() } })
  }

  skip(line: string, first: number, last: number, reason: string): Promise<void> {
    return this.ask({ name: 'skip', input: { line, first, last, reason } })
  }

  adopt(submission: NewSubmission, receipt: Receipt): Promise<void> {
    return this.ask({ name: 'adopt', input: { submission, receipt, at: this.now() } })
  }

  abandon(id: number, reason: string): Promise<void> {
    return this.ask({ name: 'abandon', input: { id, reason } })
  }

  fail(id: number, reason: string): Promise<void> {
    return this.ask({ name: 'fail', input: { id, reason } })
  }

  pending(chainId: bigint, account: string): Promise<readonly Submission[]> {
    return this.ask({ name: 'pending', input: { chainId, account } })
  }

  withNonces(
    chainId: bigint,
    account: string,
    range: { readonly from: number; readonly to: number },
  ): Promise<readonly Submission[]> {
    return this.ask({ name: 'withNonces', input: { chainId, account, ...range } })
  }

  calls(line: string, range: { after: number; limit: number }): Promise<readonly FiledCall[]> {
    return this.ask({ name: 'calls', input: { line, after: range.after, limit: range.limit } })
  }

  ofLine(line: string, limit: number): Promise<readonly Submission[]> {
    return this.ask({ name: 'ofLine', input: { line, limit } })
  }

  finals(line: string, { after, limit }: { after: number; limit: number }): Promise<readonly Submission[]> {
    return this.ask({ name: 'finals', input: { line, after, limit } })
  }

  certificates(line: string): Promise<readonly Certificate[]> {
    return this.ask({ name: 'certificates', input: { line } })
  }

  recordCertificates(line: string, certificates: readonly Certificate[]): Promise<void> {
    return this.ask({ name: 'recordCertificates', input: { line, certificates, at: this.now() } })
  }

  openPins(line: PinLine): Promise<PinLineState> {
    return this.ask({ name: 'openPins', input: line })
  }

  gatherPins(line: string, limit: number): Promise<number> {
    return this.ask({ name: 'gatherPins', input: { line, limit } })
  }

  pinsUnderWay(line: string, limit: number, after = -1): Promise<readonly Pin[]> {
    return this.ask({ name: 'pinsUnderWay', input: { line, limit, after } })
  }

  pinBytes(line: string, cid: string): Promise<Uint8Array | undefined> {
    return this.ask({ name: 'pinBytes', input: { line, cid } })
  }

  pinShared(line: string, cid: string): Promise<boolean> {
    return this.ask({ name: 'pinShared', input: { line, cid } })
  }

  recordPins(line: string, news: readonly PinNews[]): Promise<void> {
    return this.ask({ name: 'recordPins', input: { line, news } })
  }

  settlePins(line: string): Promise<void> {
    return this.ask({ name: 'settlePins', input: { line, at: this.now() } })
  }

  pinLine(line: string): Promise<PinLineState> {
    return this.ask({ name: 'pinLine', input: { line } })
  }

  eventCursor(name: string): Promise<string | undefined> {
    return this.ask({ name: 'eventCursor', input: { name } })
  }

  keepEventCursor(name: string, cursor: string): Promise<void> {
    return this.ask({ name: 'keepEventCursor', input: { name, cursor } })
  }

  offeredEvents(name: string): Promise<readonly OfferedEvent[]> {
    return this.ask({ name: 'offeredEvents', input: { name } })
  }

  changeEvents(name: string, change: EventChange): Promise<void> {
    return this.ask({ name: 'changeEvents', input: { name, change } })
  }
}
