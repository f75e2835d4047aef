/*
 * The front door. Importing it costs little: what reads configurations, stores, signs or speaks to chains is loaded when it
 * is first used.
 */

export {
  type CheckConfigOptions,
  type ComposeOptions,
  type ConfigProblem,
  type ConfigReport,
  checkConfig,
  composeGateway,
  configJsonSchema,
  type EventTaskOptions,
  followLog,
  formatProblem,
  type GatewayStorage,
  gatewayOptions,
  loadConfig,
  type OpenStorageOptions,
  openLog,
  openLogReader,
  openPublishedLog,
  type PublishedLog,
  type PublishedLogOptions,
  proveEvidence,
  publishLog,
  type ResolvedConfig,
  sampleConfig,
} from './config/index.ts'
export {
  type CarbonBasis,
  type CarbonFactor,
  type CarbonIntensity,
  type CarbonRequest,
  type CarbonResult,
  type CarbonSource,
  type CarbonUnit,
  parseCarbonFactor,
} from './core/carbon.ts'
export type {
  CarbonBook,
  CarbonLog,
  CarbonOpening,
  CarbonPoint,
  CarbonQuote,
  CarbonStepQuery,
  CarbonSummary,
  CarbonVerdict,
  WaitingCarbonStep,
} from './core/carbon-log.ts'
export type { ChainFile } from './core/chain-file.ts'
export { type Clock, scaledClock, sleep, systemClock } from './core/clock.ts'
export { type Duration, parseDuration } from './core/duration.ts'
export {
  type Energy,
  type EnergyUnit,
  type ExactEnergy,
  formatEnergy,
  millijoulesPer,
  parseEnergy,
  toWattHours,
} from './core/energy.ts'
export type { Commitment, Entry, EntryKind } from './core/entry.ts'
export type {
  Eraser,
  ErasureOutcome,
  ErasurePlan,
  ErasureRange,
  ErasureRequest,
} from './core/erasure.ts'
export {
  EnergywebError,
  type EnergywebErrorOptions,
  type ErrorCode,
  errorCodes,
  isEnergywebError,
} from './core/errors.ts'
export type { EventBook, OnceLog } from './core/event-cursor.ts'
export type {
  AssetLine,
  Ledger,
  LedgerSpending,
  LineFiles,
  LineStatus,
  LogLine,
  ReportLine,
  TransactionOutcome,
} from './core/ledger.ts'
export type {
  CommitmentKind,
  EntryReference,
  Log,
  RecordedStatus,
  RecordOutcome,
  StoredEntry,
  StreamOptions,
} from './core/log.ts'
export { type Logger, silentLogger } from './core/logger.ts'
export { formatMass, type Mass, type MassUnit, parseMass } from './core/mass.ts'
export { type Power, parsePower } from './core/power.ts'
export type { Channel, Device, RawPayload, Reading, SourceReading } from './core/reading.ts'
export type { HoldReason, RegisterLimits, RegisterSummary, Resolution } from './core/register.ts'
export type { SignatureAlgorithm, Signer } from './core/signer.ts'
export type {
  HttpBody,
  HttpClient,
  HttpPostRequest,
  HttpRequest,
  HttpResponse,
  ReadRequest,
  Source,
  SourceContext,
  SourceResult,
  TlsPolicy,
} from './core/source.ts'
export type { CursorStore, SubmissionStore } from './core/submission.ts'
export { formatInstant, type Instant, parseInstant } from './core/time.ts'
export {
  App,
  type AppEvent,
  type AppObserver,
  type AppOptions,
  type CronOptions,
  type CronTrigger,
  cron,
  type EveryOptions,
  every,
  type FailureContext,
  type FunctionalTaskOptions,
  type ItemSource,
  type ItemTrigger,
  LifeCycle,
  type Overlap,
  on,
  Queue,
  type QueueOptions,
  type QueueStatistics,
  type RunOptions,
  type Taken,
  Task,
  type TaskContext,
  type TaskLike,
  type TaskOptions,
  type TaskRun,
  type TaskSettings,
  type TaskState,
  type TaskStatistics,
  type Tick,
  type Trigger,
  type TriggerContext,
  task,
  type WorkerOptions,
  type WorkerRun,
  type WorkerTaskOptions,
} from './dispatcher/index.ts'
export {
  type AssetCarbon,
  type AssetStatus,
  type CarbonStatus,
  type CheckpointOptions,
  type CheckpointStore,
  type CosignStore,
  type DiskOptions,
  type DiskStatus,
  type DrainEstimate,
  type EvidenceKeyOptions,
  type EvidenceKeyStatus,
  type EvidenceKeyStore,
  GatewayApp,
  type GatewayAsset,
  type GatewayEvent,
  type GatewayLedger,
  type GatewayLog,
  type GatewayObserver,
  type GatewayOptions,
  type GatewayStatus,
  type GatewayWitness,
  type KeyFigures,
  type KeyStatus,
  type LedgerStatus,
  type SelfCheckStatus,
  type Sheddable,
  type WitnessStatus,
} from './gateway/index.ts'
export type {
  HistogramSample,
  LabelValues,
  MetricFamily,
  MetricSample,
  MetricSeries,
  MetricSnapshot,
  NumberSample,
  OwnCounter,
  OwnGauge,
  OwnHistogram,
  OwnHistogramOptions,
  OwnMetricOptions,
} from './gateway/metrics/index.ts'
export {
  LogFile,
  type LogFileOptions,
  type LogLevel,
  type OpenLoggerOptions,
  openLogger,
  Redactor,
} from './logging/index.ts'
export {
  type FaultPlace,
  FollowFault,
  type FollowFaultKind,
  followFaults,
} from './publishing/follow-fault.ts'
export type {
  FollowOptions,
  FollowReport,
  FollowTrust,
  LogFiles,
  PublishableLog,
  PublishOptions,
  PublishResult,
  StreamNews,
} from './publishing/index.ts'
export type {
  AppMetrics,
  AppMetricsOptions,
  SendMetricsOptions,
  ServeMetricsOptions,
} from './server/metrics/app-metrics.ts'
export { openMetrics } from './server/metrics/open-metrics.ts'
export {
  type AnyCarbonSourceDefinition,
  type AnySourceDefinition,
  type CarbonSourceDefinition,
  defineCarbonSource,
  defineSource,
  type SourceDefinition,
} from './sources/index.ts'
export type { LogReader, PageFilter, ProofPeriod, ProveOptions } from './storage/index.ts'
