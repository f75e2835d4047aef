import type { CarbonLog } from '../core/carbon-log.ts'
import type { Duration } from '../core/duration.ts'
import type { Eraser } from '../core/erasure.ts'
import type { RemoteLogStatus } from '../core/remote-log.ts'
import type { AppOptions, TaskLike } from '../dispatcher/index.ts'
import type { GatewayAsset } from './asset.ts'
import type { CheckpointOptions } from './checkpoint-task.ts'
import type { GatewayWitnesses } from './checkpoint-tasks.ts'
import type { ReportStores } from './control-resume.ts'
import type { DiskOptions } from './disk-task.ts'
import type { GatewayObserver } from './events.ts'
import type { EvidenceKeyOptions } from './evidence-key-task.ts'
import type { KeyFigures } from './metrics/key-figures.ts'
import type { LogPublisher } from './publish-task.ts'
import type { GatewayLog } from './recovery-task.ts'
import type { GatewayLedger } from './report-task.ts'
import type { KeyStatus } from './status.ts'

/** All that a gateway is made of. */
export interface GatewayOptions extends AppOptions {
  /** Opens the log; called once, when the gateway starts. The gateway closes it. */
  readonly openLog: () => Promise<GatewayLog>
  readonly assets?: readonly GatewayAsset[]
  readonly ledgers?: readonly GatewayLedger[]
  /** What is kept of the report lines, open with the log; without it no stopped line can be let go on from outside. */
  readonly reportStores?: () => ReportStores
  /** What erases documents, open with the log; without it nothing can be erased while the gateway runs. */
  readonly eraser?: () => Eraser
  /** Tasks beside the gateway's own; `GatewayApp.addTask` adds more. */
  readonly tasks?: readonly TaskLike[]
  /** Takes secrets out of a text that others wrote, before it becomes an entry or part of the status; default as it is. */
  readonly redact?: (text: string) => string
  /** How the messages stand that leave the box; default none do. */
  readonly remoteLog?: () => RemoteLogStatus
  /** The disk of the data folder; without it nobody looks after it. */
  readonly disk?: DiskOptions
  /** How often the log's tail is derived again; default never. */
  readonly selfCheck?: Duration
  /** Carbon registers, open with the log; needed when an asset has a carbon source. */
  readonly carbonLog?: () => CarbonLog
  /** How the keys stand that it signs with; default nobody tells. */
  readonly keys?: () => readonly KeyStatus[]
  /** Takes who wants to hear that a key can sign which could not before; default nobody tells. */
  readonly onKeyReady?: (listener: (key: string) => void) => void
  /** Without it no checkpoints are signed. */
  readonly checkpoint?: CheckpointOptions
  /** The key that signs each checkpoint beside the log key; default none. */
  readonly evidenceKey?: EvidenceKeyOptions
  /** Who cosigns the checkpoints; default nobody. */
  readonly witnesses?: GatewayWitnesses
  /** Writes the log where others read it, after each checkpoint; default nobody. */
  readonly publisher?: LogPublisher
  /** What those keys have signed so far; default nobody counts. */
  readonly keyFigures?: () => readonly KeyFigures[]
  /** Told of readings, holds, outages and the log's health as they happen. */
  readonly onGatewayEvent?: GatewayObserver
  /** Ends what else was opened for the gateway; called after the ledgers and before the log are closed. */
  readonly close?: () => Promise<void>
}
