import type { Clock } from '../../core/clock.ts'
import { retryAfter } from '../../core/retry-after.ts'
import type { HttpResponse } from '../../core/source.ts'

/** Whatever a collector asks for, it is looked at again within an hour, ms. */
const longest = 3_600_000

/** How long a collector wants to be left alone: `Retry-After`, as OTLP asks for with 429 and 503. */
export class CollectorPause {
  readonly #clock: Clock
  #until = Number.NEGATIVE_INFINITY

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get isOver(): boolean {
    return this.#clock.monotonic() >= this.#until
  }

  heed({ status, headers }: HttpResponse): void {
    if (status !== 429 && status !== 503) return
    const asked = retryAfter(headers['retry-after'], this.#clock.now())
    if (asked !== undefined) this.#until = this.#clock.monotonic() + Math.min(longest, asked)
  }
}
