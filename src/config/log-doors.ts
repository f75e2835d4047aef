/*
 * What programs do with a log besides writing to it: give evidence of it, publish it, follow one that others publish. Each loads
 * what it needs when it is first called.
 */
import type { Evidence } from '../proof/evidence/index.ts'
import type {
  FollowOptions,
  FollowReport,
  LogFiles,
  PublishableLog,
  PublishOptions,
  PublishResult,
} from '../publishing/index.ts'
import type { LogReader, ProveOptions } from '../storage/index.ts'
import type { PublishedLog, PublishedLogOptions } from './published-log.ts'

/**
 * Opens the log of a data folder for reading; a gateway may be writing to it. It answers at once, without a thread of its own:
 * it is for programs that end, and for what may wait. Close it.
 * @throws EnergywebError `log-io` when there is none; `log-version`, `log-corrupt`
 */
export async function openLogReader(options: { readonly folder: string }): Promise<LogReader> {
  return (await import('../storage/index.ts')).openLogReader(options)
}

/**
 * Collects from the log all from which a third party can check a period of an asset, or one reading, offline. It is of one state
 * of the log. `encodeEvidence` of `energyweb/verify` makes the file of it.
 * @throws EnergywebError `evidence-unavailable` when the log has no such reading or no checkpoint covers it; `stream-unknown`;
 * `argument-invalid`, `log-corrupt`, `aborted`
 * @example
 * const reader = await openLogReader({ folder: './data' })
 * const period = { from: parseInstant('2024-05-01T00:00:00Z'), to: parseInstant('2024-06-01T00:00:00Z') }
 * const made = { at: Date.now(), by: 'monthly report 1.0' }
 * const evidence = await proveEvidence({ reader, asset: 'roof', period, key, made })
 */
export async function proveEvidence(options: ProveOptions): Promise<Evidence> {
  return (await import('../storage/index.ts')).proveEvidence(options)
}

/**
 * Writes a log as static files (C2SP tlog-tiles) up to its newest signed checkpoint: only what is new. Undefined when there is
 * no checkpoint yet.
 * @throws EnergywebError `publish-refused` when the folder holds another log or another course of this one; `log-corrupt`,
 * `log-locked`
 */
export async function publishLog(
  log: PublishableLog,
  folder: string,
  options?: PublishOptions,
): Promise<PublishResult | undefined> {
  return (await import('../publishing/index.ts')).publishLog(log, folder, options)
}

/**
 * Opens a published log: an address or a folder. Close it.
 * @throws EnergywebError `argument-invalid` for an address that can't be one
 */
export async function openPublishedLog(log: string, options?: PublishedLogOptions): Promise<PublishedLog> {
  return (await import('./published-log.ts')).openPublishedLog(log, options)
}

/**
 * Looks at a published log once and checks all that is new in it against what was seen before, which it remembers in a folder.
 * @throws FollowFault when the log is not what it must be; EnergywebError, retryable, when it can't be reached
 * @example
 * const { files, close } = await openPublishedLog('https://log.example.org/roof')
 * const report = await followLog(files, { key: parseVerifierKey(text), state: './followed', signal })
 */
export async function followLog(files: LogFiles, options: FollowOptions): Promise<FollowReport> {
  return (await import('../publishing/index.ts')).followLog(files, options)
}
