/**
 * The gateway: the tasks of the pipeline and the app that holds them. It polls sources into the log, gives ledgers their
 * turns and signs checkpoints, and sees all of them as core's interfaces only: no driver, no chain client, no database is
 * known here. May import core, proof and dispatcher.
 */
export type { AssetCarbon, GatewayAsset } from './asset.ts'
export { defaultCarbonWait } from './carbon-account.ts'
export type { CheckpointOptions, CheckpointStore } from './checkpoint-task.ts'
export type { ReportStores } from './control-resume.ts'
export { ControlTask, type ControlTaskOptions } from './control-task.ts'
export type { CosignStore, GatewayWitness, WitnessStatus } from './cosign-task.ts'
export type { DiskOptions, DiskStatus, Sheddable } from './disk-task.ts'
export type { DrainEstimate } from './drain.ts'
export type { SignedReadingsOptions } from './entry-signer.ts'
export type { GatewayEvent, GatewayObserver } from './events.ts'
export type { EvidenceKeyOptions, EvidenceKeyStatus, EvidenceKeyStore } from './evidence-key-task.ts'
export { type GatewayFaultPoint, gatewayFaultPoints } from './fault-points.ts'
export { GatewayApp } from './gateway-app.ts'
export type { GatewayOptions } from './gateway-options.ts'
export type { KeyFigures } from './metrics/key-figures.ts'
export type { LogPublisher } from './publish-task.ts'
export type { GatewayLog } from './recovery-task.ts'
export type { GatewayLedger } from './report-task.ts'
export type { SelfCheckStatus } from './self-check-task.ts'
export { ServiceNotifier } from './service-notifier.ts'
export { ServiceTask } from './service-task.ts'
export type { Outage } from './silence.ts'
export type { AssetStatus, CarbonStatus, GatewayStatus, KeyStatus, LedgerStatus } from './status.ts'
