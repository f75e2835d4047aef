import type { Clock } from '../core/clock.ts'
import type { Instant } from '../core/time.ts'
import { type CronTrigger, longestLook } from './cron.ts'
import type { SlotListener } from './interval-schedule.ts'
import { type TimerWheel, WheelTimer } from './timer-wheel.ts'

/**
 * A wall clock that falls back by no more than this, in milliseconds, behind the latest time it has shown, has drifted or was
 * set by hand: what has run doesn't run again. By more, it was wrong before: the pattern is followed anew, or a task could
 * wait for years. cron draws the line at three hours too.
 */
const longestStep = 3 * 3_600_000

/** Of instants that were missed, at most so many are counted: a month of missed seconds must not block the process. */
const mostCounted = 100

/** The instants of one task, looked up on the wall clock at least once a minute, since that one may jump. */
export class WallClockSchedule extends WheelTimer {
  readonly retries = true
  readonly #wheel: TimerWheel
  readonly #clock: Clock
  readonly #trigger: CronTrigger
  readonly #listener: SlotListener
  #next: Instant
  /** The latest time that the wall clock has shown. */
  #latest: Instant

  constructor(host: { wheel: TimerWheel; clock: Clock }, trigger: CronTrigger, listener: SlotListener) {
    super()
    this.#wheel = host.wheel
    this.#clock = host.clock
    this.#trigger = trigger
    this.#listener = listener
    this.#latest = host.clock.now()
    this.#next = trigger.nextAfter(this.#latest)
    this.#look(this.#latest)
  }

  stop(): void {
    this.#wheel.cancel(this)
  }

  override fire(): void {
    const now = this.#clock.now()
    const corrected = this.#latest - now > longestStep
    if (corrected) this.#next = this.#trigger.nextAfter(now)
    this.#latest = corrected ? now : Math.max(this.#latest, now)
    if (now < this.#next) {
      this.#look(now)
      return
    }
    const { slot, missed } = this.#passed(now)
    this.#next = this.#trigger.nextAfter(now)
    this.#look(now)
    this.#listener.onSlot(now - slot, missed)
  }

  /** The last instant that has come, and how many came before it since the last look. */
  #passed(now: Instant): { slot: Instant; missed: number } {
    let slot = this.#next
    for (let missed = 0; missed < mostCounted; missed++) {
      const next = this.#trigger.nextAfter(slot)
      if (next > now) return { slot, missed }
      slot = next
    }
    return { slot: this.#trigger.latestAt(now) ?? slot, missed: mostCounted }
  }

  #look(now: Instant): void {
    const wait = Math.min(this.#next - now, longestLook)
    this.#wheel.schedule(this, this.#clock.monotonic() + wait)
  }
}
