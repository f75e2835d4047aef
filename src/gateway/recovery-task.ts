import { EnergywebError, messageOf } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import type { Instant } from '../core/time.ts'
import { Task, type TaskContext, type TaskRun } from '../dispatcher/index.ts'
import type { GatewayObserver } from './events.ts'
import { stoppedLog } from './stopped-log.ts'
import { Wake, whenWoken } from './wake.ts'

/** A log that can go on after an I/O error. */
export interface GatewayLog extends Log {
  /**
   * Verifies the tail again and takes entries again. Where it is missing, only a new start helps.
   * @throws EnergywebError `log-io` while the fault lasts, `log-corrupt` when the tail is not what was acknowledged.
   */
  recover?(): Promise<void>
  /**
   * Derives the newest entries again from what stands on the disk, and stops where they are not what was acknowledged.
   * @throws EnergywebError `log-corrupt`, `log-io`
   */
  verifyTail?(): Promise<{
    readonly size: number
    readonly verified: number
    readonly newest: Instant | undefined
  }>
  /** Tells how long the disk took for each commit, ms; answers how to stop that. */
  onCommit?(listener: (duration: number) => void): () => void
  /** What it takes of the disk: bytes, and how many of them are free for it to use. */
  space?(): Promise<{ readonly bytes: number; readonly unused: number }>
}

/** Waits for the log to fail; says so loudly, and tries to bring it back until it is. */
export class RecoveryTask extends Task {
  readonly #log: () => GatewayLog
  readonly #report: GatewayObserver
  readonly #wake: Wake
  #failure: Error | undefined
  #attemptedAt = 0
  #stopListening: (() => void) | undefined

  constructor(log: () => GatewayLog, report: GatewayObserver) {
    const wake = new Wake()
    super({ name: 'recover log', trigger: whenWoken(wake) })
    this.#log = log
    this.#report = report
    this.#wake = wake
  }

  /** Why the log has stopped; undefined while it works. */
  get trouble(): string | undefined {
    return this.#failure === undefined ? undefined : messageOf(this.#failure)
  }

  /** When it was last tried to bring the log back, or when that became necessary; on the monotonic clock. */
  get attemptedAt(): number {
    return this.#attemptedAt
  }

  override prepare({ log: logger, clock }: TaskContext): void {
    this.#stopListening ??= this.#log().onFailure(error => {
      this.#failure = error
      this.#attemptedAt = clock.monotonic()
      const hint = 'Readings are not kept until it is mended. Is the disk full, or dying?'
      logger.error({ error, hint }, stoppedLog(messageOf(error)))
      this.#report({ type: 'log-failed', error })
      this.#wake.wake()
    })
  }

  override async coroutine({ log: logger }: TaskRun): Promise<void> {
    const log = this.#log()
    if (log.recover === undefined) {
      throw new EnergywebError('log-io', 'this log can only be recovered by a new start', {
        hint: 'Mend the disk and start the gateway again.',
      })
    }
    await log.recover()
    this.#failure = undefined
    logger.warn({}, 'the log goes on: its tail is what was acknowledged')
    this.#report({ type: 'log-recovered' })
  }

  /** The next attempt: a wake of one's own, for the failure itself comes only once. */
  override handleError(_error: unknown, { clock }: TaskContext): void {
    this.#attemptedAt = clock.monotonic()
    this.#wake.wake()
  }

  override finish(): void {
    this.#stopListening?.()
  }
}
