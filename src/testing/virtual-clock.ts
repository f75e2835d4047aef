import type { Clock } from '../core/clock.ts'
import { EnergywebError } from '../core/errors.ts'
import type { Instant } from '../core/time.ts'

interface PendingTimer {
  readonly due: number
  readonly callback: () => void
}

// Kept from the moment of loading, so that a test runner which replaces the timers later can't stop this clock.
const nextTurn = globalThis.setImmediate

export interface VirtualClockOptions {
  /** What the wall clock says at first; default 2024-01-01T00:00:00Z. */
  readonly start?: Instant
  /**
   * Lets the program catch up between two timers. Default: one turn of the event loop, which runs every promise that is
   * ready. Work that waits for files, threads or sockets needs a longer one.
   */
  readonly settle?: () => Promise<void>
}

/**
 * A clock that stands still until told to advance; its two times can part like those of a real machine.
 * @example
 * const clock = new VirtualClock()
 * clock.after(60_000, () => console.log('a minute'))
 * await clock.advance(60_000)
 */
export class VirtualClock implements Clock {
  readonly #settle: () => Promise<void>
  // The next timer stands last, so that taking it costs nothing.
  readonly #timers: PendingTimer[] = []
  #monotonic = 0
  #wallOffset: number

  constructor(options: VirtualClockOptions = {}) {
    this.#wallOffset = options.start ?? Date.UTC(2024, 0, 1)
    this.#settle = options.settle ?? (() => new Promise(resolve => nextTurn(() => resolve())))
  }

  now(): Instant {
    return Math.floor(this.#monotonic + this.#wallOffset)
  }

  monotonic(): number {
    return this.#monotonic
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { due: this.#monotonic + Math.max(0, milliseconds), callback }
    this.#timers.splice(this.#placeOf(timer.due), 0, timer)
    return () => {
      const index = this.#timers.indexOf(timer)
      if (index >= 0) this.#timers.splice(index, 1)
    }
  }

  /** How many timers wait. */
  get pending(): number {
    return this.#timers.length
  }

  /** Moves the wall clock alone, as a time server or a hand does; timers don't notice. */
  jumpWallClock(milliseconds: number): void {
    this.#wallOffset += milliseconds
  }

  /**
   * Lets so many milliseconds pass while nothing can run, as when the event loop is blocked; what became due fires, late,
   * at the next advance.
   * @throws EnergywebError `argument-invalid` when the time is negative
   */
  stall(milliseconds: number): void {
    this.#monotonic += requirePositive(milliseconds)
  }

  /**
   * Lets so many milliseconds pass: each timer fires at its moment, and the program catches up before the next one.
   * @throws EnergywebError `argument-invalid` when the time is negative
   */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#monotonic + requirePositive(milliseconds)
    await this.#settle()
    for (let next = this.#timers.at(-1); next !== undefined && next.due <= end; next = this.#timers.at(-1)) {
      this.#timers.pop()
      this.#monotonic = Math.max(this.#monotonic, next.due)
      next.callback()
      await this.#settle()
    }
    this.#monotonic = Math.max(this.#monotonic, end)
  }

  /**
   * Lets time pass until the wall clock says `instant`.
   * @throws EnergywebError `argument-invalid` when that is past
   */
  async advanceTo(instant: Instant): Promise<void> {
    await this.advance(instant - this.now())
  }

  // The first place whose timer is due at or before this one: of equal timers the older stays nearer the end.
  #placeOf(due: number): number {
    let low = 0
    let high = this.#timers.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#timers[middle]?.due ?? 0) > due) low = middle + 1
      else high = middle
    }
    return low
  }
}

function requirePositive(milliseconds: number): number {
  if (milliseconds >= 0) return milliseconds
  throw new EnergywebError('argument-invalid', `time can't go back by ${-milliseconds} ms`)
}
