import type { Clock } from '../core/clock.ts'

/** A correction smaller than this is a time server's daily work, ms. */
const tolerated = 5_000

/** Notices when the wall clock is set, by comparing it with the one that never jumps. */
export class ClockWatch {
  readonly #clock: Clock
  #offset: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#offset = clock.now() - clock.monotonic()
  }

  /**
   * By how many milliseconds the wall clock was set forward (above zero) or back since the last look; 0 for a correction of
   * up to 5 s. A machine that slept looks like a clock that was set forward.
   */
  jump(): number {
    const offset = this.#clock.now() - this.#clock.monotonic()
    const jump = Math.round(offset - this.#offset)
    this.#offset = offset
    return Math.abs(jump) < tolerated ? 0 : jump
  }
}
