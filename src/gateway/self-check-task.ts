import { type Duration, parseDuration } from '../core/duration.ts'
import type { Logger } from '../core/logger.ts'
import { formatInstant, type Instant } from '../core/time.ts'
import { Task, type TaskContext, type TaskRun } from '../dispatcher/index.ts'
import { ClockWatch } from './clock-watch.ts'
import { isLogTrouble } from './log-trouble.ts'
import type { GatewayLog } from './recovery-task.ts'

/** What the last check of the log's tail found good. */
export interface SelfCheckStatus {
  readonly at: Instant
  /** Entries of the log, and how many of the newest were derived again. */
  readonly size: number
  readonly verified: number
}

/** An entry this far ahead of the machine's clock was written under another time, ms. */
const mostAhead = 60_000
const longestPause = 60_000

/**
 * Derives the log's tail again now and then, from what stands on the disk: a log that is no longer what was acknowledged
 * stops, loudly, instead of growing on. Watches the machine's clock as well, for every entry bears its time.
 */
export class SelfCheckTask extends Task {
  readonly #log: () => GatewayLog
  readonly #every: number
  #watch: ClockWatch | undefined
  #dueAt = 0
  #status: SelfCheckStatus | undefined
  #clockTrouble: string | undefined

  /** @throws EnergywebError `duration-invalid` */
  constructor(log: () => GatewayLog, every: Duration) {
    const milliseconds = parseDuration(every)
    // The clock is looked at more often than the log.
    super({ name: 'check log', interval: Math.min(milliseconds, longestPause), deadline: '10m' })
    this.#log = log
    this.#every = milliseconds
  }

  /** The last check; undefined before the first, and once one has failed. */
  get status(): SelfCheckStatus | undefined {
    return this.#status
  }

  /** Why the machine's clock can't be trusted; undefined while all seems well. */
  get clockTrouble(): string | undefined {
    return this.#clockTrouble
  }

  override prepare({ clock }: TaskContext): void {
    this.#watch = new ClockWatch(clock)
    this.#dueAt = clock.monotonic()
  }

  override async coroutine({ clock, log }: TaskRun): Promise<void> {
    const jump = this.#watch?.jump() ?? 0
    if (jump !== 0) tellJump(jump, log)
    if (jump >= 0 && clock.monotonic() < this.#dueAt) return
    while (this.#dueAt <= clock.monotonic()) this.#dueAt += this.#every
    try {
      const tail = await this.#log().verifyTail?.()
      if (tail === undefined) return
      this.#status = { at: clock.now(), size: tail.size, verified: tail.verified }
      this.#compare(tail.newest, { now: clock.now(), log })
    } catch (error) {
      this.#status = undefined
      // The log has said so itself, and somebody else brings it back.
      if (!isLogTrouble(error)) throw error
    }
  }

  #compare(newest: Instant | undefined, { now, log }: { now: Instant; log: Logger }): void {
    const behind = (newest ?? now) - now
    if (newest === undefined || behind <= mostAhead) {
      this.#clockTrouble = undefined
      return
    }
    const trouble = `the log's newest entry is of ${formatInstant(newest)}, the machine's clock says ${formatInstant(now)}`
    if (this.#clockTrouble === undefined) {
      log.warn(
        { behind, hint: 'Is a time server reached? Times in new entries are wrong until then.' },
        trouble,
      )
    }
    this.#clockTrouble = trouble
  }
}

function tellJump(jump: number, log: Logger): void {
  const seconds = Math.abs(Math.round(jump / 1_000))
  const how = jump < 0 ? 'was put back' : 'was put forward, or the machine slept,'
  log.warn({ jump }, `the machine's clock ${how} by ${seconds} s`)
}
