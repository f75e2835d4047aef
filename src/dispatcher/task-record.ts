import type { Instant } from '../core/time.ts'
import type { AppEvent, FailedStep } from './events.ts'
import type { SkipReason, TaskState, TaskStatistics } from './statistics.ts'

/** What happened to one task: counted here, and told to the app at the same time. */
export class TaskRecord {
  readonly #name: string
  readonly #report: (event: AppEvent) => void
  readonly #skips: Record<SkipReason, number> = { overlap: 0, 'back-off': 0, gate: 0, late: 0 }
  readonly #lateness = { last: 0, maximum: 0, total: 0 }
  #runs = 0
  #failures = 0
  #consecutiveFailures = 0
  #lastError: unknown = undefined
  #lastErrorAt: Instant | undefined = undefined
  #lastStartedAt: Instant | undefined = undefined
  #lastSucceededAt: Instant | undefined = undefined

  constructor(name: string, report: (event: AppEvent) => void) {
    this.#name = name
    this.#report = report
  }

  get consecutiveFailures(): number {
    return this.#consecutiveFailures
  }

  /** A run begins, so many milliseconds after its slot. */
  started(at: Instant, lateness: number): void {
    this.#runs++
    this.#lastStartedAt = at
    this.#lateness.last = lateness
    this.#lateness.total += lateness
    if (lateness > this.#lateness.maximum) this.#lateness.maximum = lateness
  }

  /** An attempt failed. Told only by {@link TaskRecord.tell}, when the next try is known. */
  failed(error: unknown, at: Instant): void {
    this.#failures++
    this.#consecutiveFailures++
    this.#lastError = error
    this.#lastErrorAt = at
  }

  /** Tells of a failure. */
  tell(during: FailedStep, error: unknown, retryInMilliseconds: number | undefined): void {
    const { consecutiveFailures } = this
    this.#report({
      type: 'task-failed',
      task: this.#name,
      during,
      error,
      consecutiveFailures,
      retryInMilliseconds,
    })
  }

  succeeded(at: Instant): void {
    this.#lastSucceededAt = at
    this.recovered()
  }

  recovered(): void {
    const failures = this.#consecutiveFailures
    if (failures === 0) return
    this.#consecutiveFailures = 0
    this.#report({ type: 'task-recovered', task: this.#name, failures })
  }

  skipped(reason: SkipReason, count: number): void {
    this.#skips[reason] += count
    this.#report({ type: 'task-skipped', task: this.#name, reason, count, total: this.#skips[reason] })
  }

  unresponsive(sinceMilliseconds: number): void {
    this.#report({ type: 'task-unresponsive', task: this.#name, sinceMilliseconds })
  }

  ended(): void {
    this.#report({ type: 'task-ended', task: this.#name })
  }

  snapshot(state: TaskState): TaskStatistics {
    const skips = { ...this.#skips }
    const { last, maximum, total } = this.#lateness
    return {
      name: this.#name,
      state,
      runs: this.#runs,
      failures: this.#failures,
      consecutiveFailures: this.#consecutiveFailures,
      skipped: skips.overlap + skips['back-off'] + skips.gate + skips.late,
      skips,
      lastError: this.#lastError,
      lastErrorAt: this.#lastErrorAt,
      lastStartedAt: this.#lastStartedAt,
      lastSucceededAt: this.#lastSucceededAt,
      lateness: { last, maximum, mean: this.#runs === 0 ? 0 : total / this.#runs },
    }
  }
}
