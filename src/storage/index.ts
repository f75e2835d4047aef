/*
 * Storage: the log in one SQLite file, in a thread of its own, with registers, cursors, submissions, documents, raw bytes
 * and signed checkpoints in the same transactions; and the check that works everything out anew. It imports core and
 * proof, node:sqlite and node:crypto.
 */

export { ChainOfFiles, type ChainOfFilesOptions } from './chain-of-files.ts'
export { type CheckOptions, checkLog } from './check-log.ts'
export {
  type BadEntry,
  type CheckReason,
  type CheckResult,
  checkReasons,
  type ErasedRange,
} from './check-result.ts'
export { checkTail } from './check-tail.ts'
export { checkpointName } from './checkpoints.ts'
export { databaseName } from './database.ts'
export type { LeafRow } from './entry-rows.ts'
export {
  chainFileFaultPoints,
  erasureFaultPoints,
  type StorageFaultPoint,
  storageFaultPoints,
  witnessFaultPoints,
} from './fault-points.ts'
export { openHashes, sha256 } from './hashes.ts'
export { type LockWords, lockFolder } from './lock.ts'
export { LogReader, openLogReader, type PageFilter } from './log-reader.ts'
export { type CheckpointOptions, type LogOptions, LogStore, openLog } from './log-store.ts'
export { planErasures } from './plan-erasures.ts'
export { type ProveOptions, proveEvidence } from './prove.ts'
export type { ProofPeriod } from './prove-range.ts'
export { type PublishedContent, publishedContents } from './published-contents.ts'
export { readChainOfFiles } from './read-chain-of-files.ts'
export type { WitnessConflict } from './witness-files.ts'
export { WitnessFolder } from './witness-folder.ts'
export {
  decideEquivocation,
  readWitnessFolder,
  type WitnessDecision,
  type WitnessedLog,
} from './witnessed-logs.ts'
