import type { Clock } from '../core/clock.ts'
import { MinimumHeap } from './minimum-heap.ts'

/** One moment to come; made once, scheduled as often as its owner likes. */
export abstract class WheelTimer {
  /** The timers of the same millisecond; undefined while not scheduled. Only the wheel writes it. */
  bucket: WheelTimer[] | undefined = undefined
  /** Where it stands in its bucket. Only the wheel writes it. */
  position = 0

  abstract fire(): void
}

/** A timer that calls a function. */
export class CallbackTimer extends WheelTimer {
  readonly #callback: () => void

  constructor(callback: () => void) {
    super()
    this.#callback = callback
  }

  override fire(): void {
    this.#callback()
  }
}

/**
 * All timers of an app behind one armed timer of the clock. Timers of the same millisecond share a bucket and fire in
 * one callback, none before its time; scheduling and cancelling cost the same with ten timers and with 100,000.
 */
export class TimerWheel {
  readonly #clock: Clock
  readonly #onError: (error: unknown) => void
  readonly #buckets = new Map<number, WheelTimer[]>()
  readonly #moments = new MinimumHeap()
  readonly #spare: WheelTimer[][] = []
  #armedFor = Number.POSITIVE_INFINITY
  #disarm: (() => void) | undefined = undefined
  #firingUntil = Number.NEGATIVE_INFINITY
  #firing = false

  /** @param onError - told of anything a timer throws; the other timers go on. */
  constructor(clock: Clock, onError: (error: unknown) => void) {
    this.#clock = clock
    this.#onError = onError
  }

  /**
   * Sets the timer to `due`, milliseconds of the clock's monotonic time, moving it when it is set already. While a batch
   * fires, anything due goes into a later batch, so that a timer that sets itself to now can't hold the event loop.
   */
  schedule(timer: WheelTimer, due: number): void {
    this.cancel(timer)
    const moment = this.#firing ? Math.max(Math.ceil(due), Math.floor(this.#firingUntil) + 1) : Math.ceil(due)
    let bucket = this.#buckets.get(moment)
    if (bucket === undefined) {
      bucket = this.#spare.pop() ?? []
      this.#buckets.set(moment, bucket)
      this.#moments.push(moment)
    }
    timer.bucket = bucket
    timer.position = bucket.push(timer) - 1
    if (!this.#firing && moment < this.#armedFor) this.#arm()
  }

  /** Takes the timer off; nothing happens when it is not set. */
  cancel(timer: WheelTimer): void {
    const { bucket, position } = timer
    if (bucket === undefined) return
    timer.bucket = undefined
    const last = bucket.pop()
    if (last === undefined || last === timer) return
    bucket[position] = last
    last.position = position
  }

  /** Disarms the clock's timer and forgets every timer. */
  stop(): void {
    this.#disarm?.()
    this.#disarm = undefined
    this.#armedFor = Number.POSITIVE_INFINITY
    for (const bucket of this.#buckets.values()) for (const timer of bucket) timer.bucket = undefined
    this.#buckets.clear()
    this.#moments.clear()
  }

  #arm(): void {
    this.#disarm?.()
    this.#disarm = undefined
    this.#dropEmpty()
    const next = this.#moments.first()
    this.#armedFor = next ?? Number.POSITIVE_INFINITY
    if (next === undefined) return
    const wait = Math.max(0, Math.ceil(next - this.#clock.monotonic()))
    this.#disarm = this.#clock.after(wait, () => this.#turn())
  }

  #turn(): void {
    this.#disarm = undefined
    this.#firing = true
    this.#firingUntil = this.#clock.monotonic()
    for (let next = this.#moments.first(); next !== undefined; next = this.#moments.first()) {
      if (next > this.#firingUntil) break
      this.#moments.pop()
      this.#fireBucket(next)
    }
    this.#firing = false
    this.#arm()
  }

  #fireBucket(moment: number): void {
    const bucket = this.#buckets.get(moment)
    if (bucket === undefined) return
    this.#buckets.delete(moment)
    // Index by index: a callback may cancel a timer of this very bucket, which then shrinks under the loop.
    for (let index = 0; index < bucket.length; index++) {
      const timer: WheelTimer | undefined = bucket[index]
      if (timer === undefined || timer.bucket !== bucket) continue
      timer.bucket = undefined
      try {
        timer.fire()
      } catch (error) {
        this.#onError(error)
      }
    }
    this.#recycle(bucket)
  }

  #dropEmpty(): void {
    for (let next = this.#moments.first(); next !== undefined; next = this.#moments.first()) {
      const bucket = this.#buckets.get(next)
      if (bucket !== undefined && bucket.length > 0) return
      this.#moments.pop()
      this.#buckets.delete(next)
      if (bucket !== undefined) this.#recycle(bucket)
    }
  }

  #recycle(bucket: WheelTimer[]): void {
    bucket.length = 0
    if (this.#spare.length < 64) this.#spare.push(bucket)
  }
}
