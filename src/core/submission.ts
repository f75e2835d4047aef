import type { StoredEntry } from './log.ts'
import type { Receipt } from './receipt.ts'
import type { Instant } from './time.ts'

/**
 * A submission's life: `signed` (bytes and nonce are on disk) -> `sent` -> `mined` -> `final`. Side exits: `skipped`
 * (the ledger wants nothing for these entries), `failed` (reverted or refused for good; stops its own line).
 * A reorg takes `mined` back to `signed`.
 */
export type SubmissionState = 'signed' | 'sent' | 'mined' | 'final' | 'skipped' | 'failed'

/** One signed form of a nonce. Any of them may be the one that is mined. */
export interface Variant {
  /** Transaction hash, 0x and 64 hex digits. */
  readonly hash: string
  /** The signed transaction, hex with 0x. */
  readonly raw: string
  readonly nonce: number
  /** Fees per gas in wei; a legacy transaction has only `maxFeePerGas` (its gas price). */
  readonly maxFeePerGas: bigint
  readonly maxPriorityFeePerGas: bigint
}

/** One contract call for a range of entries of a report line. */
export interface Submission {
  readonly id: number
  readonly line: string
  /** Sequences of the first and the last entry it covers. */
  readonly first: number
  readonly last: number
  /** Sequence of the entry that it registers; undefined when skipped. */
  readonly reading: number | undefined
  readonly state: SubmissionState
  /** Why it was skipped or failed. */
  readonly reason: string | undefined
  readonly chainId: bigint
  /** The paying account, 0x and 40 hex digits, lower case. */
  readonly account: string
  readonly to: string
  readonly data: string
  readonly gas: bigint
  /** What the ledger's register will hold after it, Wh; of an anchor the size of the log. */
  readonly value: bigint
  /** The nonce in force. */
  readonly nonce: number | undefined
  /** Every signed form, oldest first, those of nonces lost to foreign transactions included. */
  readonly variants: readonly Variant[]
  readonly receipt: Receipt | undefined
}

/** A kept call as its file needs it. */
export interface FiledCall {
  /** Sequence of the last entry that it covers. */
  readonly last: number
  /** True for the first call of the line. */
  readonly isFirst: boolean
  /** When the entry that it registers was appended. */
  readonly at: Instant
  readonly data: string
}

export interface NewSubmission {
  readonly line: string
  readonly first: number
  readonly last: number
  readonly reading: number
  readonly chainId: bigint
  readonly account: string
  readonly to: string
  readonly data: string
  readonly gas: bigint
  readonly value: bigint
}

/**
 * One asset, or the log, reporting to one ledger. Sequences of the log's own line are places in the whole log: the
 * checkpoint of `n` entries is the submission whose last entry is `n - 1`.
 */
export interface LineState {
  readonly line: string
  readonly stream: string
  /** Sequence of the last entry of the contiguous final (or skipped) prefix; -1 at first. */
  readonly cursor: number
  /** Sequence of the last entry that any submission covers; -1 at first. */
  readonly planned: number
  /** The entry that the latest submission registers, for the next one's link; undefined at first. */
  readonly lastReading: { readonly sequence: number; readonly leafHash: Uint8Array } | undefined
  /** Why the line stands still. */
  readonly stopped: string | undefined
}

/** What tells whether there may be something to do for a line. */
export interface LineEnd {
  /** Sequence of the last entry of its stream; -1 at first. */
  readonly end: number
  readonly stopped: string | undefined
}

export interface CursorStore {
  /** Finds or makes the line. */
  openLine(line: string, stream: string): Promise<LineState>
  line(line: string): Promise<LineState>
  /** How far the streams of many lines go and which lines stand still, in their order: one cheap question for all. */
  ends(lines: readonly string[]): Promise<readonly LineEnd[]>
  /** Entries of the line's stream that no submission covers yet, oldest first: the outbox. */
  unplanned(line: string, limit: number): Promise<readonly StoredEntry[]>
  /** How many entries are not final. */
  backlog(line: string): Promise<number>
  /** Stops a line, or lets it go on (`undefined`). */
  setStopped(line: string, reason: string | undefined): Promise<void>
}

/** What must survive: every method that writes resolves when it is durable. */
export interface SubmissionStore {
  /** The nonce that the next new submission of the account must take; undefined when the account was never used here. */
  nextNonce(chainId: bigint, account: string): Promise<number | undefined>
  /**
   * Persists a new submission, its first signed variant and the nonce in one transaction.
   * @throws EnergywebError `nonce-conflict` when the nonce is not the next one, or the range is taken.
   */
  create(submission: NewSubmission, variant: Variant): Promise<Submission>
  /** Keeps a replacement of the same nonce. */
  addVariant(id: number, variant: Variant): Promise<void>
  /**
   * Gives a submission a new nonce, in one transaction, and takes it back to `signed`: its own was used up by a final
   * transaction that did not register it (a foreign one, or its own that reverted).
   * @throws EnergywebError `nonce-conflict` when the nonce is not the next one.
   */
  renounce(id: number, variant: Variant): Promise<void>
  /** Raises the book's next nonce (never lowers it): the chain is ahead of us. */
  raiseNonce(chainId: bigint, account: string, next: number): Promise<void>
  markSent(ids: readonly number[]): Promise<void>
  markMined(id: number, receipt: Receipt): Promise<void>
  /** The block is gone: back to `signed`. */
  markUnmined(id: number): Promise<void>
  /** Final: appends the receipt entry and moves the cursor over the contiguous final prefix, in one transaction. */
  finalise(ids: readonly number[]): Promise<void>
  /**
   * What was final stands elsewhere on the chain now (a reorg deeper than finality): keeps the new receipt and appends it
   * as an entry, in one transaction. The receipt entry before stays where it is; the newest one counts.
   * @throws EnergywebError `argument-invalid` for a submission that is not final
   */
  moveReceipt(id: number, receipt: Receipt): Promise<void>
  /** Records that the ledger wants nothing for these entries; the cursor moves if they are next. */
  skip(line: string, first: number, last: number, reason: string): Promise<void>
  /** Records entries as already registered by an earlier life of this gateway, found on the chain; like create + finalise. */
  adopt(submission: NewSubmission, receipt: Receipt): Promise<void>
  /**
   * Gives up a submission not at rest whose energy a later one of its line has registered: it becomes `skipped`, its
   * variants are kept. The cursor moves if it is next.
   */
  abandon(id: number, reason: string): Promise<void>
  /** Fails for good and stops the line. The range stays taken: `renounce` brings it back, `abandon` gives it up. */
  fail(id: number, reason: string): Promise<void>
  /** Submissions of an account that are not at rest (`signed`, `sent`, `mined`), by nonce. */
  pending(chainId: bigint, account: string): Promise<readonly Submission[]>
  /** Submissions of an account whose nonce in force is one of `from` to `to` and that are under way or final, by nonce. */
  withNonces(
    chainId: bigint,
    account: string,
    range: { readonly from: number; readonly to: number },
  ): Promise<readonly Submission[]>
  /** Submissions of a line, newest first. */
  ofLine(line: string, limit: number): Promise<readonly Submission[]>
  /**
   * Final submissions of a line, oldest first: the newest one that ends at entry `after` or before, where there is one, and at
   * most `limit` of those that end behind it.
   */
  finals(line: string, range: { after: number; limit: number }): Promise<readonly Submission[]>
  /** Calls of a line that cover entries behind `after` (-1 for all), oldest first; those that were given up among them. */
  calls(line: string, range: { after: number; limit: number }): Promise<readonly FiledCall[]>
}
