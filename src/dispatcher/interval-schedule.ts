import type { Clock } from '../core/clock.ts'
import { type TimerWheel, WheelTimer } from './timer-wheel.ts'

/** Who is told of slots. */
export interface SlotListener {
  /** @param lateness - milliseconds. @param missed - how many slots before this one passed without a chance to run. */
  onSlot(lateness: number, missed: number): void
}

/** The slots of one task on the wheel. Each is counted from the first, so that lateness never adds up to drift. */
export class IntervalSchedule extends WheelTimer {
  readonly retries = true
  readonly #wheel: TimerWheel
  readonly #clock: Clock
  readonly #interval: number
  readonly #listener: SlotListener
  #slot: number

  /** @param first - the first slot, in whole milliseconds of monotonic time. */
  constructor(
    host: { wheel: TimerWheel; clock: Clock },
    slots: { first: number; interval: number },
    listener: SlotListener,
  ) {
    super()
    this.#wheel = host.wheel
    this.#clock = host.clock
    this.#interval = slots.interval
    this.#listener = listener
    this.#slot = slots.first
    host.wheel.schedule(this, slots.first)
  }

  stop(): void {
    this.#wheel.cancel(this)
  }

  override fire(): void {
    const now = this.#clock.monotonic()
    const missed = Math.max(0, Math.floor((now - this.#slot) / this.#interval))
    const slot = this.#slot + missed * this.#interval
    this.#slot = slot + this.#interval
    this.#wheel.schedule(this, this.#slot)
    this.#listener.onSlot(now - slot, missed)
  }
}
