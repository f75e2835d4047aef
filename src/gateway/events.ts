import type { CarbonSummary } from '../core/carbon-log.ts'
import type { ErrorCode } from '../core/errors.ts'
import type { RecordedStatus } from '../core/log.ts'
import type { Reading } from '../core/reading.ts'
import type { HoldReason, RegisterSummary } from '../core/register.ts'
import type { Instant } from '../core/time.ts'

/** What a gateway tells its observer. */
export type GatewayEvent =
  /** A poll is over, whatever came of it. Times are in milliseconds. */
  | {
      readonly type: 'poll-ended'
      readonly asset: string
      /** The driver. */
      readonly source: string
      /** How long the source took to answer, or to fail. */
      readonly duration: number
      /** How late it began after its slot. */
      readonly lateness: number
      /** How long the log took to acknowledge its readings; undefined when it brought none, or they were not taken. */
      readonly recording: number | undefined
      /** The code of what failed; undefined when nothing did. */
      readonly code: ErrorCode | undefined
    }
  /** The log has acknowledged a poll's readings. */
  | {
      readonly type: 'readings-recorded'
      readonly asset: string
      readonly readings: readonly Reading[]
      readonly statuses: readonly RecordedStatus[]
      readonly register: RegisterSummary
    }
  /** The register can't explain a reading; an operator must. */
  | {
      readonly type: 'reading-held'
      readonly asset: string
      readonly reading: Reading
      readonly reason: HoldReason | undefined
      readonly register: RegisterSummary
    }
  | {
      readonly type: 'outage-began'
      readonly asset: string
      readonly reason: string
      readonly detail: string
      /** The last instant that the log has a reading of. */
      readonly from: Instant | undefined
    }
  | {
      readonly type: 'outage-ended'
      readonly asset: string
      readonly reason: string
      readonly since: Instant
    }
  /** Energy of the asset was priced in CO2, or its factor is known to be missing. */
  | { readonly type: 'carbon-priced'; readonly asset: string; readonly carbon: CarbonSummary }
  /** The first of an outage's steps has waited long enough for its factor. */
  | {
      readonly type: 'carbon-missing'
      readonly asset: string
      readonly reason: string
      readonly carbon: CarbonSummary
    }
  /** An I/O error has stopped the log: nothing is acknowledged until `log-recovered`. */
  | { readonly type: 'log-failed'; readonly error: Error }
  | { readonly type: 'log-recovered' }
  /** A commit of the log is durable; it took the disk so many milliseconds. */
  | { readonly type: 'log-committed'; readonly duration: number }
  | { readonly type: 'checkpoint-signed'; readonly note: string }
  /** The evidence key, told by its verifier key, has signed the checkpoint of this size. */
  | { readonly type: 'evidence-key-signed'; readonly key: string; readonly size: number }
  /** A witness has cosigned the checkpoint of this size. */
  | {
      readonly type: 'checkpoint-cosigned'
      readonly witness: string
      readonly size: number
      readonly at: Instant
    }

/** Is told of every event, at once and synchronously. What it throws is logged and goes no further. */
export type GatewayObserver = (event: GatewayEvent) => void
