import type { NodeState } from '../core/ledger.ts'
import type { SignerState } from '../core/signer.ts'

/*
 * What a gateway, or its log, tells of itself to who asks: plain JSON. Energies are millijoules and masses nanograms in
 * decimal text, instants are RFC 3339 in UTC, what is missing is null.
 */

export interface RegisterReport {
  readonly total: string
  readonly debit: string
  readonly held: string
  readonly heldReadings: number
  readonly holdReason: string | null
  /** The newest instant that was counted. */
  readonly since: string | null
  /** Entries of the asset's stream. */
  readonly entries: number
}

export interface AssetReport {
  readonly asset: string
  /** Null until the first reading. */
  readonly register: RegisterReport | null
  readonly outage: { readonly reason: string; readonly since: string } | null
  /** Polls begun and failed in this run; null when no gateway runs. */
  readonly polls: number | null
  readonly failures: number | null
  /** Null when its CO2 is not counted. */
  readonly carbon: CarbonReport | null
}

export interface CarbonReport {
  /** Nanograms; null until the register is open. */
  readonly total: string | null
  readonly basis: 'marginal' | 'average' | null
  /** Steps that wait for their factor, and steps whose factor is missing. */
  readonly waiting: number
  readonly missing: number
  readonly trouble: string | null
}

/** A key that the gateway signs with. */
export interface KeyReport {
  readonly key: string
  readonly state: SignerState
  /** Since when it is so. */
  readonly since: string
  readonly trouble: string | null
  /** That it is another key than the log knows by that name, in words; it signs all the same. */
  readonly exchanged: string | null
}

/** How a line's queue is worked off; null until that is known. */
export interface DrainReport {
  /** Entries an hour that it makes final while a queue waits. */
  readonly perHour: number | null
  /** Entries an hour that are added. */
  readonly arrivingPerHour: number | null
  /** Hours until the queue is gone; -1 when more arrives than is worked off. */
  readonly hours: number | null
}

export interface DiskReport {
  /** Bytes. */
  readonly free: number
  readonly total: number
  readonly keepFree: number
  readonly used: number | null
  /** Bytes an hour by which the log grows; null until that is known. */
  readonly growth: number | null
  /** Hours until only `keepFree` is left; -1 for a log that doesn't grow. */
  readonly hoursLeft: number | null
  readonly trouble: string | null
}

export interface SelfCheckReport {
  readonly at: string
  readonly size: number
  readonly verified: number
}

export interface LineReport {
  readonly line: string
  readonly cursor: number
  readonly backlog: number
  readonly pending: Readonly<Record<string, number>>
  readonly stopped: string | null
  readonly trouble: string | null
  readonly drain: DrainReport
  /** Requests for certificates that have none, and the Wh they ask for; null when that is not known, or nothing asks for any. */
  readonly unanswered: { readonly requests: number; readonly energy: string } | null
  /** Content that is never given to a remote, and why; null where there is none. */
  readonly passedOver: { readonly contents: number; readonly reason: string } | null
}

export interface LedgerReport {
  readonly ledger: string
  readonly trouble: string | null
  readonly lastTurn: string | null
  readonly lines: readonly LineReport[]
}

export interface NodeReport {
  readonly node: string
  readonly state: NodeState
  readonly inUse: boolean
  readonly detail: string | null
  /** Milliseconds until it is tried again. */
  readonly again: number | null
  /** Milliseconds, on average. */
  readonly latency: number | null
  /** Share of failed requests, 0 to 1. */
  readonly failures: number | null
  readonly head: string | null
  /** Milliseconds. */
  readonly headAge: number | null
}

export interface NetworkReport {
  readonly network: string
  readonly nodes: readonly NodeReport[]
}

export interface WitnessReport {
  readonly witness: string
  readonly url: string
  /** Size of the largest checkpoint that it has cosigned, and when; null before the first of this run. */
  readonly size: number | null
  readonly at: string | null
  /** Size of the newest checkpoint that it was asked for. */
  readonly newest: number | null
  readonly trouble: string | null
  /** True when it knows another log under our name. */
  readonly isAlarm: boolean
}

export interface EvidenceKeyReport {
  /** What it is called in the configuration. */
  readonly name: string
  /** Its verifier key; null until it was open once. */
  readonly key: string | null
  /** Size of the largest checkpoint that it has signed in this run. */
  readonly size: number | null
  /** Since when it can't be reached; null while it can. */
  readonly awaySince: string | null
  readonly trouble: string | null
  /** Readings that it signs one by one; null where it signs none so. */
  readonly readings: { readonly signed: number; readonly waiting: number | null } | null
}

/** A place out of the box that messages are sent to. */
export interface DestinationReport {
  readonly destination: string
  readonly kind: string
  /** Messages that wait, and since when the oldest does. */
  readonly waiting: number
  readonly oldest: string | null
  /** Messages that it has taken, that were given up for lack of room, and that it refused for good; over all runs. */
  readonly delivered: number
  readonly shed: number
  readonly refused: number
  readonly deliveredAt: string | null
  readonly trouble: string | null
}

export interface RemoteLogReport {
  readonly destinations: readonly DestinationReport[]
  /** Bytes that wait, and the most that may; null when no gateway runs. */
  readonly bytes: number | null
  readonly cap: number | null
  readonly trouble: string | null
}

export interface StatusReport {
  readonly at: string
  readonly assets: readonly AssetReport[]
  readonly ledgers: readonly LedgerReport[]
  /** Empty when no gateway runs. */
  readonly networks: readonly NetworkReport[]
  /** Null where there is none, and when no gateway runs. */
  readonly evidenceKey: EvidenceKeyReport | null
  /** Empty while no gateway runs, and until a key was asked for. */
  readonly keys: readonly KeyReport[]
  /** Empty when no gateway runs. */
  readonly witnesses: readonly WitnessReport[]
  /** So many of them must have cosigned a checkpoint. */
  readonly quorum: number
  readonly logTrouble: string | null
  /** The process that runs the gateway; null when none does. */
  readonly process: { readonly pid: number; readonly since: string | null } | null
  readonly disk: DiskReport | null
  /** Null where no messages leave the box. */
  readonly remoteLog: RemoteLogReport | null
  /** The last good check of the log's tail. */
  readonly selfCheck: SelfCheckReport | null
  readonly clockTrouble: string | null
}
