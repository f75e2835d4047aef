import type { ReportLine } from '../../core/ledger.ts'
import type { Logger } from '../../core/logger.ts'
import type { Receipt } from '../../core/receipt.ts'
import type { Signer } from '../../core/signer.ts'
import type { CursorStore, LineState, Submission, SubmissionStore, Variant } from '../../core/submission.ts'
import type { Head } from './answers.ts'
import type { GasLimit } from './gas.ts'
import type { EvmNetwork } from './network.ts'
import type { LinePosition, Registry } from './registry.ts'
import type { SharedGas } from './shared-gas.ts'
import type { Spending, TransactionCost } from './spending.ts'
import type { StrayCost } from './stray-costs.ts'
import type { CertificateSchedule, CertificateStores } from './submission-certificates.ts'
import type { Room } from './submission-room.ts'
import type { Search } from './submission-search.ts'

export interface SubmissionSettings {
  /** So many submissions of an account may be signed and not yet mined at first, default 64; it grows with what the chain takes. */
  readonly inFlight: number
  /** Entries of a line that are looked at together, default 128. */
  readonly window: number
  /** Milliseconds without progress until the same bytes are sent again, default 20,000: a node may have lost them. */
  readonly rebroadcastAfter: number
  /** Milliseconds until the transaction that all others wait for is replaced by a dearer one, default 90,000. */
  readonly stuckAfter: number
  /** Milliseconds until a line in trouble is tried again, default 15,000. */
  readonly retryAfter: number
  /** A gas estimate is asked again after so many milliseconds, default 600,000, */
  readonly estimateAfter: number
  /** or after so many calls, default 500. */
  readonly estimateEvery: number
}

export const defaultSettings: SubmissionSettings = {
  inFlight: 64,
  window: 128,
  rebroadcastAfter: 20_000,
  stuckAfter: 90_000,
  retryAfter: 15_000,
  estimateAfter: 600_000,
  estimateEvery: 500,
}

/** A submission under way, in memory as on disk, with what is only worth knowing while we run. */
export interface Tracked {
  readonly submission: Submission
  state: 'signed' | 'sent' | 'mined'
  nonce: number
  gas: bigint
  variants: readonly Variant[]
  receipt: Receipt | undefined
  /** What its transaction cost, until that is counted. */
  cost: TransactionCost | 'counted' | undefined
  /** Its transaction is in this block and registered nothing: it reverted, or succeeded without the event. */
  refused:
    | { readonly block: bigint; readonly blockHash: string; readonly how: 'reverted' | 'silent' }
    | undefined
  /** No later than in this block its nonce was used up, without a receipt of ours. */
  passedAt: bigint | undefined
  /** Its nonce is used up for good, and it is not registered. */
  lost: 'foreign' | 'reverted' | 'silent' | undefined
  /** Monotonic milliseconds: last sent; newest variant made. */
  sentAt: number
  variantAt: number
  /** The node wants a better offer: more than a transaction it holds, more at all, or other gas. */
  offer: 'replacement' | 'price' | 'gas' | undefined
}

/** A report line while we run. */
export interface Line {
  readonly report: ReportLine
  /** Compared with the chain since we started (or since something foreign was met). */
  compared: boolean
  stopped: string | undefined
  trouble: string | undefined
  /** What an operator should look at while it goes on. */
  notice: string | undefined
  /** Monotonic milliseconds before which it is left alone. */
  retryAt: number
  /** Value registered last (Wh or size), and what the contract holds besides. */
  value: bigint
  carbon: bigint
  /** The highest entry that is finally registered; -1 at first. */
  finalUpTo: number
  /** A block below all registrations that are not final yet. */
  finalBlock: bigint
  /** End of the stream when nothing was left to plan, and how many entries wait there for a next registration. */
  idleAt: number | undefined
  trailing: number
  /** Nothing is due while this answers true: the line is not planned, and what waits counts as trailing. */
  resting: ((end: number) => boolean) | undefined
  /** What is searched on the chain before the line goes on. */
  search: Search | undefined
  /** Gas limits by the calls' shape. */
  readonly gas: Map<string, GasLimit>
  /** Reverts in a row that nothing explains. */
  unexplained: number
  readonly watch: CertificateSchedule
}

/** Nonces from `from` to before `to` that the chain waits for and nothing under way of our lines has. */
export interface Gap {
  readonly from: number
  readonly to: number
  /** The head when it was first seen. */
  readonly since: bigint
  /** Monotonic milliseconds: first seen, then last sent. */
  sentAt: number
}

/** The first transaction of an account that is not mined: all others wait for it. */
export interface Front {
  readonly nonce: number
  /** Monotonic milliseconds when it became the first. */
  readonly at: number
  /** The head when it became the first, or was sent again. */
  readonly since: bigint
  /** So many blocks it may wait. */
  readonly patience: bigint
}

/** A registration that was final and whose block is gone. */
export interface Moved {
  readonly submission: Submission
  /** The head when that was seen. */
  readonly since: bigint
}

/** What all steps of one account's turns share. */
export interface Sender {
  readonly network: EvmNetwork
  readonly registry: Registry
  readonly store: CursorStore & SubmissionStore
  readonly signer: Signer
  /** Lower case. */
  readonly account: string
  readonly lines: ReadonlyMap<string, Line>
  readonly settings: SubmissionSettings
  readonly log: Logger
  /** What lines of all accounts found out of the same contracts. */
  readonly sharedGas: SharedGas
  readonly spending: Spending
  /** Paid for, and not counted yet, besides what is under way. */
  readonly strays: StrayCost[]
  /** Undefined: nobody asks for certificates. */
  readonly certificates: CertificateStores | undefined
  /** Submissions of our lines under way, by nonce; undefined: to be read from disk. */
  book: Tracked[] | undefined
  nextNonce: number
  /** Trouble of the account: it concerns all of its lines. */
  trouble: string | undefined
  /** The head when the chain's count was first seen far above ours; undefined while it is not. */
  leapSince: bigint | undefined
  /** Which line comes first: they take turns, so that a long backlog starves nobody. */
  firstLine: number
  /** The account can't pay: nothing new is signed until it can. */
  short: boolean
  gap: Gap | undefined
  /** The newest registration that is final: as long as its block is on the chain, all below it are. */
  anchor: Receipt | undefined
  /** Monotonic milliseconds when its block was last compared; infinite once it lies so deep that nobody need look. */
  anchorSeenAt: number
  /** Registrations that were final and whose blocks are gone, by submission. */
  readonly moved: Map<number, Moved>
  readonly room: Room
  front: Front | undefined
}

/** What one turn works with: the chain as it was when the turn began. */
export interface Turn {
  readonly head: Head
  /** Transactions of the account that are mined: the next nonce by the chain. */
  readonly count: number
  /** The hash that the chain has at the anchor's height; undefined without an anchor, and from a node that is behind. */
  readonly anchorHash: string | undefined
  readonly signal: AbortSignal
}

/** Where the next call of a line starts from. */
export function positionOf(line: Line, state: LineState): LinePosition {
  return { last: state.lastReading, value: line.value, carbon: line.carbon }
}

/** A block at this depth is final. */
export function isFinal(sender: Sender, turn: Turn, block: bigint): boolean {
  return turn.head.number - block + 1n >= BigInt(sender.network.confirmations)
}

/** When a submission was sent that this process has not sent yet. */
export const neverSent = Number.NEGATIVE_INFINITY

/** Remembers the newest registration that is final. */
export function anchorAt(sender: Sender, receipt: Receipt): void {
  if (sender.anchor !== undefined && receipt.block < sender.anchor.block) return
  sender.anchor = receipt
  sender.anchorSeenAt = sender.network.clock.monotonic()
}

export function trackedOf(submission: Submission, now: number): Tracked | undefined {
  const { state, nonce } = submission
  if (nonce === undefined || (state !== 'signed' && state !== 'sent' && state !== 'mined')) return undefined
  return {
    submission,
    state,
    nonce,
    gas: submission.gas,
    variants: submission.variants,
    receipt: submission.receipt,
    cost: undefined,
    refused: undefined,
    passedAt: undefined,
    lost: undefined,
    // What was sent before a restart is sent again at once: nobody knows whether it arrived.
    sentAt: neverSent,
    variantAt: now,
    offer: undefined,
  }
}
