import type { ChainFile } from './chain-file.ts'
import type { SubmissionState } from './submission.ts'

/** What is reported to a ledger: an asset, or the log itself. */
export type ReportLine = AssetLine | DefinedLine | LogLine

interface AnyLine {
  /** `<stream>/<ledger>`; the key of cursor and submissions. */
  readonly name: string
  /** Name of the asset's stream; `gateway` for the log. */
  readonly stream: string
  /** Name of the key that signs. */
  readonly key: string
}

/** The log's link to a ledger that anchors its checkpoints. */
export interface LogLine extends AnyLine {
  readonly role: 'log'
  readonly files?: undefined
}

/** An asset's link to a ledger, as configured. */
export interface AssetLine extends AnyLine {
  readonly role: 'producer' | 'consumer'
  /** The asset's id in the registry; may be 0. */
  readonly assetId: bigint
  /** With it each call carries the hash of the file of the call before; without it that of the log's entry. */
  readonly files?: LineFiles
}

/** An asset's link to a ledger whose kind was defined with `defineLedger`. */
export interface DefinedLine<Target = unknown> extends AnyLine {
  readonly role: 'producer' | 'consumer'
  /** What the report line says of its own to this kind of ledger, as the kind has checked it. */
  readonly target: Target
  /** `cid`: its asset lets calls carry CIDs of what its readings say, which are public for ever then. Default nothing. */
  readonly publish?: 'cid' | undefined
  readonly assetId?: undefined
  readonly files?: undefined
}

/** The files that a report line keeps, one a call, as gateways of Origin release A kept them. */
export interface LineFiles {
  /**
   * Writes the files of all kept calls that have none yet, in their order; answers the hash text that the next call must carry.
   * MUST NOT resolve before they are durable.
   * @param contentOf - what a call registers, by its data
   * @throws EnergywebError `files-failed`, retryable
   */
  catchUp(contentOf: (data: string) => ChainFile): Promise<string>
}

/** Final requests for certificates for which none was issued, among the newest: nobody has decided yet, or they were revoked. */
export interface Unanswered {
  readonly requests: number
  /** What they ask for, Wh. */
  readonly energy: bigint
}

export interface LineStatus {
  readonly line: string
  readonly cursor: number
  readonly backlog: number
  /** Submissions under way, by state. */
  readonly pending: Readonly<Partial<Record<SubmissionState, number>>>
  readonly stopped: string | undefined
  /** The newest failure that is being retried. */
  readonly trouble: string | undefined
  /** Where each registration asks for a certificate: those that have none. Undefined elsewhere, and until that was looked at. */
  readonly unanswered?: Unanswered | undefined
  /** What is never reported, and why; undefined where there is none. */
  readonly passedOver?: PassedOver | undefined
}

/** Content that a line never gives to its ledger. */
export interface PassedOver {
  readonly contents: number
  readonly reason: string
}

/**
 * How a node of a chain does: `good`; `unknown`: never asked; `limited`: it wants fewer requests; `down`: no usable answer;
 * `syncing`: not synced; `behind` another node; `wrong-chain`.
 */
export type NodeState = 'good' | 'unknown' | 'limited' | 'down' | 'syncing' | 'behind' | 'wrong-chain'

export interface NodeStatus {
  /** Its host: the rest of an address may hold a key. */
  readonly node: string
  readonly state: NodeState
  /** It is the one that is asked now. */
  readonly inUse: boolean
  /** What was wrong with what it said. */
  readonly detail: string | undefined
  /** Milliseconds until it is tried again. */
  readonly again: number | undefined
  /** Average of its last answers, milliseconds. */
  readonly latency: number | undefined
  /** Share of its last requests that failed, 0 to 1. */
  readonly failures: number | undefined
  /** Its newest block, and how old that is now by its time, milliseconds. */
  readonly head: bigint | undefined
  readonly headAge: number | undefined
}

/** A chain as seen through its nodes. */
export interface NetworkStatus {
  readonly network: string
  /** The preferred one first. */
  readonly nodes: readonly NodeStatus[]
}

/**
 * What a final transaction of ours did: `without-event` went through and registered nothing; `adopted` registered what an earlier
 * life of the gateway had sent, and was found on the chain; `filler` used up a nonce that the chain waited for.
 */
export type TransactionOutcome = 'registered' | 'reverted' | 'without-event' | 'adopted' | 'filler'

/** What a ledger's own transactions came to and cost that have become final since it was opened. */
export interface LedgerSpending {
  /** The network whose coin the fees are in. */
  readonly network: string
  readonly transactions: Readonly<Record<TransactionOutcome, number>>
  readonly gas: Readonly<Record<TransactionOutcome, bigint>>
  /** Wei. What a receipt says nothing of is not in it. */
  readonly fees: Readonly<Record<TransactionOutcome, bigint>>
}

/** An on-chain registry. It does its own planning, signing and following; the gateway only gives it turns. */
export interface Ledger {
  readonly name: string
  readonly kind: string
  /**
   * One turn: compares with the chain where that is due, plans what is new, signs, sends, collects receipts, makes final.
   * Resolves when nothing more can be done before time passes or entries come.
   * @throws EnergywebError only for what stops the whole ledger for now (network unreachable, wrong chain, not synced); a
   * line's own trouble stands in its status.
   */
  work(options: { signal: AbortSignal }): Promise<void>
  status(): Promise<readonly LineStatus[]>
  /** A key can sign that could not before: its lines need not wait out their pause. A ledger without keys leaves it out. */
  keyIsReady?(key: string): void
  /** How the nodes of its network do; a ledger without nodes leaves it out. */
  network?(): NetworkStatus
  /** What its transactions cost; a ledger that pays for none leaves it out. */
  spending?(): LedgerSpending
  close(): Promise<void>
}
