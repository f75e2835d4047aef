import type { Certificate } from '../../core/certificate.ts'
import type { ReportLine } from '../../core/ledger.ts'
import type { StoredEntry } from '../../core/log.ts'
import type { AnchoredCheckpoint, Receipt } from '../../core/receipt.ts'
import type { EventLog, TransactionReceipt } from './answers.ts'

/** What the contract holds for an asset, or for a log. */
export interface RegistryState {
  /** Wh; of a log its size. */
  readonly total: bigint
  /**
   * The link that the last registration carried, 32 bytes as hex with 0x; zero at first. Of a log the root, as far as it is
   * kept. Empty where the contract keeps none.
   */
  readonly link: string
  /** The CO2 register, for registries that have one. */
  readonly carbon: bigint
}

/** Where a line stands: what its latest registration was. */
export interface LinePosition {
  /** The entry registered last; undefined at first. */
  readonly last: { readonly sequence: number; readonly leafHash: Uint8Array } | undefined
  /** What was registered with it, Wh or size. */
  readonly value: bigint
  /** What the contract holds besides the total and must be kept. */
  readonly carbon: bigint
  /** The link of the next call, where the line keeps files and calls go on from these. */
  readonly fileLink?: string
}

/** One contract call that registers one entry and covers the ones before it that need no registration. */
export interface RegistryCall {
  /** Sequences. */
  readonly first: number
  readonly last: number
  readonly reading: number
  readonly leafHash: Uint8Array
  readonly to: string
  readonly data: string
  /** What the contract holds after it, Wh or size. */
  readonly value: bigint
  /**
   * Calls of one shape cost alike. A storage slot that leaves zero costs 20,000 gas more than one that changes, and one
   * that stays the same almost nothing. Without one, gas is estimated for each call.
   */
  readonly shape?: string
  /** Wei that go along, default none; must be what {@link Registry.paymentOf} says later. */
  readonly payment?: bigint
}

/** Entries that the contract wants nothing for, and why; the next call stands for them, too. */
export interface PlannedSkip {
  /** Sequences. */
  readonly first: number
  readonly last: number
  readonly reason: string
}

export interface Plan {
  readonly calls: readonly RegistryCall[]
  /** In the order of their entries, which lie between those of the calls. */
  readonly skips?: readonly PlannedSkip[]
  /** How many of the entries the calls cover; those after them need no registration and join the next call. */
  readonly covered: number
  /** True when the entry behind the calls waits for something of our own: it is looked at again soon, and never skipped. */
  readonly waiting?: boolean
  /** What is due can't be told from these entries: those after them are needed, too. */
  readonly more?: boolean
  /** Nothing is due, and nobody waits for what is not covered: true as long as that stays so; `end`: the stream's last entry. */
  readonly resting?: (end: number) => boolean
  /** What an operator should look at, in words; the line goes on. */
  readonly notice?: string
}

export interface PlanRequest {
  /** True to plan what would rather wait, too: to be compared with the chain, not to be signed. */
  readonly atOnce?: boolean
  /** What the contract holds, while it is compared: what may be there already comes first. */
  readonly chain?: RegistryState
  /** False when the line has more entries than those given. */
  readonly isWhole?: boolean
}

/** Where a contract is asked: as it is in this block. */
export interface AskedAt {
  readonly at: bigint
  readonly signal?: AbortSignal
}

/** The event that proves a registration. */
export interface Registration {
  readonly log: EventLog
  /** Where it stands among those that the log tells of the line, where that may be several. */
  readonly part?: LogPart
  /** What the contract held before it, Wh or size; undefined where its events don't tell. */
  readonly before: bigint | undefined
  readonly value: bigint
  /** Of an anchor. */
  readonly anchor?: AnchoredCheckpoint
  /** The call that made it, worked out from the event, for lines whose next link follows from it; else the planned one counts. */
  readonly data?: string
}

/** One of several registrations that a log tells of a line: its place from 0, and how many there are. */
export interface LogPart {
  readonly place: number
  readonly of: number
}

/** A registration that is final. */
export interface FinalCall {
  /** Sequences. */
  readonly first: number
  readonly last: number
  /** What the contract held after it, and what it added, Wh. */
  readonly total: bigint
  readonly energy: bigint
  readonly receipt: Receipt
  /** Given for the first time. */
  readonly isNew: boolean
}

/** A call as it was kept. */
export interface KeptCall {
  readonly to: string
  readonly data: string
  readonly value: bigint
  /** Who made it, where it was kept. */
  readonly account?: string
  /** Sequence of the entry that it registers, and its nonce, where they are known. */
  readonly reading?: number | undefined
  readonly nonce?: number | undefined
}

/** What a line's comparison with its contract came to. */
export interface Comparison {
  readonly chain: RegistryState
  /** Something of the line is known to be registered: `ours` is the newest. */
  readonly known: boolean
  readonly ours: bigint
  /** What the next call would make of it; undefined when there is none. */
  readonly next: bigint | undefined
}

/** How a family speaks of what it registers. */
export interface RegistryWords {
  /** An amount that the contract holds, like `12 Wh`. */
  total(value: bigint): string
  /** What an entry stands for, by its sequence, like `entry 12`. */
  item(sequence: number | undefined): string
  /** Why an earlier registration is not missed once that of a later entry is there. */
  laterIsEnough(sequence: number): string
}

/** One family of contracts: what to call, and how to know that it worked. Pure planning, and reading the chain. */
export interface Registry {
  readonly kind: string
  readonly words: RegistryWords
  /** Most gas that one call may be given. */
  readonly gasCap: bigint
  /** True when calls of one shape cost the same for all lines of a contract, not only for each. Default false. */
  readonly costsAlike?: boolean
  /** The contract that a line reports to. */
  contractOf(line: ReportLine): string
  /**
   * Looks at all that the contract would refuse without a reason: code at the address, the asset's existence, its
   * writer, its activity.
   * @throws EnergywebError `ledger-not-ready` saying what to ask of whom, or `network-unreachable`.
   */
  check(line: ReportLine, account: string, options: { signal?: AbortSignal }): Promise<void>
  /** What the contract held at block `at`, so that a node that is behind can't answer with what is past. */
  readState(line: ReportLine, options: AskedAt): Promise<RegistryState>
  /** The calls for these entries, in order. */
  plan(
    line: ReportLine,
    position: LinePosition,
    entries: readonly StoredEntry[],
    request?: PlanRequest,
  ): Plan | Promise<Plan>
  /**
   * Called for a line with files when a call of it was kept, and before the next one is signed: the file must be there first.
   * @throws EnergywebError `files-failed`, retryable
   */
  keepFiles?(line: ReportLine): Promise<void>
  /** True when no call makes up for an earlier one that is lost: each counts for itself. Default false. */
  readonly standsAlone?: boolean
  /**
   * True when registrations may stand on the chain in another order than ours: what is looked for may be older than what was found.
   * Default false.
   */
  readonly isUnordered?: boolean
  /** True when a call that the contract would refuse is given up with that reason, and not tried again. Default false. */
  readonly givesUp?: boolean
  /** Wei that go along with a kept call; default none. */
  paymentOf?(line: ReportLine, reading: number | undefined): Promise<bigint>
  /**
   * What must stop the line, in words; undefined when the contract and we may differ as we do.
   * @throws EnergywebError `log-io`
   */
  conflict(line: ReportLine, comparison: Comparison): string | undefined | Promise<string | undefined>
  /**
   * False for a submission to a place that the line has left; what stands there says nothing of what the contract must hold.
   * Default true.
   */
  isHere?(submission: { readonly chainId: bigint; readonly to: string; readonly account: string }): boolean
  /** The link that a call carries. */
  linkOf(data: string): string
  /** What the next call goes on from when the contract and we may differ as we do, Wh; default ours. */
  goesOnFrom?(comparison: Comparison): bigint
  /** The call's own event among these logs. */
  registrationIn(
    line: ReportLine,
    call: KeptCall,
    options: AskedAt & {
      readonly logs: readonly EventLog[]
      /** The logs are those of a transaction of ours that made just this call: the chain need not be asked what it called. */
      readonly isOwn?: boolean
      /** Whether what stands at this place of a log that tells of several is another call's already. */
      readonly isTaken?: (log: EventLog, place: number) => boolean
    },
  ): Promise<Registration | undefined>
  /**
   * What the call's own transaction in a block is, where that alone proves it: with or without events, and reverted, too.
   * Default: it must have succeeded, with the event of `registrationIn`.
   */
  registrationOf?(line: ReportLine, call: KeptCall, receipt: TransactionReceipt): Registration
  /** No event of the registries is older. */
  readonly fromBlock: bigint
  /** All events of the line's asset near a block, whoever sent them, as `logsNear`. */
  history(
    line: ReportLine,
    range: { at: bigint; limit: bigint; signal?: AbortSignal },
  ): Promise<{ readonly logs: readonly EventLog[]; readonly searched: bigint }>
  /** What the contract held before one of them at most, Wh or size; undefined for an event that is none. */
  totalBefore(line: ReportLine, log: EventLog, asked: AskedAt): Promise<bigint | undefined>
  /** True when each registration asks for a certificate, and somebody decides on it. Default false. */
  readonly asksForCertificates?: boolean
  /**
   * Certificates that came of what is final, as `LedgerContract.certificates`. Without it nobody looks for any.
   * @throws EnergywebError what concerns this line alone is told, and it is tried again
   */
  certificates?(
    line: ReportLine,
    options: AskedAt & {
      readonly open: readonly FinalCall[]
      readonly known: readonly Certificate[]
      /** True when blocks that were looked at are gone, by a reorganisation deeper than finality: what was read of them is read again. */
      readonly isAnew?: boolean
      readonly since: bigint
      readonly upTo: bigint
    },
  ): Promise<readonly Certificate[]>
  /** Finds the call's event on the chain, whoever sent it; the earliest from block `from` on. */
  find(
    line: ReportLine,
    call: KeptCall,
    options: { from: bigint; to: bigint; signal?: AbortSignal },
  ): Promise<Registration | undefined>
}
