import type { RecordedStatus } from '../core/log.ts'
import type { Reading } from '../core/reading.ts'
import type { HoldReason, RegisterSummary } from '../core/register.ts'
import type { Instant } from '../core/time.ts'

/** What a gateway tells its observer. */
export type GatewayEvent =
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
  /** An I/O error has stopped the log: nothing is acknowledged until `log-recovered`. */
  | { readonly type: 'log-failed'; readonly error: Error }
  | { readonly type: 'log-recovered' }
  | { readonly type: 'checkpoint-signed'; readonly note: string }

/** Is told of every event, at once and synchronously. What it throws is logged and goes no further. */
export type GatewayObserver = (event: GatewayEvent) => void
