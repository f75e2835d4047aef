import type { Instant } from '../core/time.ts'

/**
 * Why a slot passed without a run: the run before was still going; the task waits after a failure; `triggerEvent` said
 * no; the event loop was blocked or the machine slept.
 */
export type SkipReason = 'overlap' | 'back-off' | 'gate' | 'late'

export type TaskState = 'preparing' | 'waiting' | 'running' | 'backing-off' | 'ended'

/** What a task did so far. Times are in milliseconds. */
export interface TaskStatistics {
  readonly name: string
  readonly state: TaskState
  /** Runs begun; one may be going on. */
  readonly runs: number
  /** Runs and preparations that failed, those past their deadline included. */
  readonly failures: number
  /** Failures since the last good run. */
  readonly consecutiveFailures: number
  /** Slots that passed without a run. */
  readonly skipped: number
  readonly skips: Readonly<Record<SkipReason, number>>
  readonly lastError: unknown
  readonly lastErrorAt: Instant | undefined
  readonly lastStartedAt: Instant | undefined
  readonly lastSucceededAt: Instant | undefined
  /** How late runs began after their slots. */
  readonly lateness: { readonly last: number; readonly maximum: number; readonly mean: number }
}
