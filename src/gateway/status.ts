import type { CarbonSummary } from '../core/carbon-log.ts'
import type { LedgerSpending, LineStatus, NetworkStatus } from '../core/ledger.ts'
import type { Channel, Reading } from '../core/reading.ts'
import type { RegisterSummary } from '../core/register.ts'
import type { RemoteLogStatus } from '../core/remote-log.ts'
import type { SignerHealth } from '../core/signer.ts'
import type { Instant } from '../core/time.ts'
import type { WitnessStatus } from './cosign-task.ts'
import type { DiskStatus } from './disk-task.ts'
import type { DrainEstimate } from './drain.ts'
import type { EvidenceKeyStatus } from './evidence-key-task.ts'
import type { SelfCheckStatus } from './self-check-task.ts'
import type { Outage } from './silence.ts'

export interface AssetStatus {
  readonly asset: string
  readonly channel: Channel
  /** The last reading that the log took in this run of the gateway. */
  readonly last: Reading | undefined
  /** The newest instant that the log has a reading of. */
  readonly newest: Instant | undefined
  /** Undefined until the stream is open. */
  readonly register: RegisterSummary | undefined
  /** Undefined while all is well. */
  readonly outage: Outage | undefined
  /** Polls begun and polls that failed, in this run. */
  readonly polls: number
  readonly failures: number
  /** Undefined when its CO2 is not counted. */
  readonly carbon?: CarbonStatus | undefined
}

export interface CarbonStatus {
  /** Undefined until it is open. */
  readonly register: CarbonSummary | undefined
  /** Why it can't be opened, or why there are no factors now; undefined while all is well. */
  readonly trouble: string | undefined
}

export interface LedgerStatus {
  readonly ledger: string
  /** Empty until the ledger is open. */
  readonly lines: readonly LineStatus[]
  /** Why the ledger as a whole stands still; undefined while it works. */
  readonly trouble: string | undefined
  /** When its last good turn ended. */
  readonly lastTurn: Instant | undefined
  /** What its transactions cost in this run; undefined until it is open, and for one that pays for none. */
  readonly spending?: LedgerSpending | undefined
}

/** How a key stands that the gateway signs with. */
export interface KeyStatus extends SignerHealth {
  /** Its name in the configuration. */
  readonly key: string
  /** That it is another key than the log knows by that name, in words; it signs all the same. Left out where nobody looks. */
  readonly exchanged?: string | undefined
}

/** The gateway at one moment. */
export interface GatewayStatus {
  readonly at: Instant
  /** When it began to run. */
  readonly since: Instant | undefined
  readonly assets: readonly AssetStatus[]
  readonly ledgers: readonly LedgerStatus[]
  /** The chains that the ledgers are on, each once; empty until a ledger is open. */
  readonly networks: readonly NetworkStatus[]
  /** How it stands with the evidence key; undefined where there is none. */
  readonly evidenceKey: EvidenceKeyStatus | undefined
  /** The keys that were asked for so far; empty where nobody tells. */
  readonly keys: readonly KeyStatus[]
  /** How it stands with the witnesses of the log; empty where none are asked. */
  readonly witnesses: readonly WitnessStatus[]
  /** So many of them must have cosigned a checkpoint for it to count as witnessed. */
  readonly quorum: number
  /** Why the log has stopped; undefined while it takes entries. */
  readonly logTrouble: string | undefined
  /** As of the last look; undefined where nobody looks after the disk, or before the first look. */
  readonly disk: DiskStatus | undefined
  /** How a report line drains. */
  readonly drainOf: (line: string) => DrainEstimate
  /** How the messages stand that leave the box; undefined where none do. */
  readonly remoteLog: RemoteLogStatus | undefined
  /** The last good check of the log's tail; undefined where none is made, and once one has failed. */
  readonly selfCheck: SelfCheckStatus | undefined
  /** Why the machine's clock can't be trusted; undefined while all seems well. */
  readonly clockTrouble: string | undefined
}
