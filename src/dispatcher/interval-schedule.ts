import type { Clock } from '../core/clock.ts'
import { type TimerWheel, WheelTimer } from './timer-wheel.ts'

/** Told of each slot: milliseconds late, and how many slots before it passed without a chance to run. */
export type OnSlot = (lateness: number, missed: number) => void

/** The slots of one task on the wheel. Each is counted from the first, so that lateness never adds up to drift. */
export class IntervalSchedule {
  readonly retries = true
  readonly #wheel: TimerWheel
  readonly #clock: Clock
  readonly #interval: number
  readonly #onSlot: OnSlot
  readonly #timer: WheelTimer
  #slot: number

  /** @param first - the first slot, in whole milliseconds of monotonic time. */
  constructor(wheel: TimerWheel, clock: Clock, slots: { first: number; interval: number; onSlot: OnSlot }) {
    this.#wheel = wheel
    this.#clock = clock
    this.#interval = slots.interval
    this.#onSlot = slots.onSlot
    this.#slot = slots.first
    this.#timer = new WheelTimer(() => this.#fire())
    wheel.schedule(this.#timer, slots.first)
  }

  stop(): void {
    this.#wheel.cancel(this.#timer)
  }

  #fire(): void {
    const now = this.#clock.monotonic()
    const missed = Math.max(0, Math.floor((now - this.#slot) / this.#interval))
    const slot = this.#slot + missed * this.#interval
    this.#slot = slot + this.#interval
    this.#wheel.schedule(this.#timer, this.#slot)
    this.#onSlot(now - slot, missed)
  }
}
