import type { Instant } from '../core/time.ts'

const minute = 60_000
const hour = 60 * minute

/** Time between two samples that are kept. */
const spacing = 15 * minute
/** Samples older than this say nothing about the growth of now. */
const kept = 48 * hour
/** Less than this tells nothing: a log grows by pages. */
const least = 5 * minute

/** How large the log was at one moment. */
export interface SizeSample {
  readonly at: Instant
  readonly bytes: number
}

/** How fast the log grows, from samples of its size. Time in which the gateway did not run does not count. */
export class Growth {
  #samples: readonly SizeSample[]

  constructor(samples: readonly SizeSample[] = []) {
    this.#samples = samples
  }

  /** What is kept across restarts, oldest first. */
  get samples(): readonly SizeSample[] {
    return this.#samples
  }

  /** Takes a sample, if the last one is old enough. Samples of a time to come are of a clock that was put back. */
  add(sample: SizeSample): void {
    const past = this.#samples.filter(({ at }) => at <= sample.at && sample.at - at <= kept)
    const last = past.at(-1)
    const due = last === undefined || sample.at - last.at >= spacing
    this.#samples = due ? [...past, sample] : past
  }

  /** Bytes an hour over the last two days, `now` included; undefined until five minutes of the log's life are known. */
  perHour(now: SizeSample): number | undefined {
    let bytes = 0
    let time = 0
    let before: SizeSample | undefined
    for (const sample of [...this.#samples, now]) {
      const passed = before === undefined ? 0 : sample.at - before.at
      // Longer than two samples apart: the gateway stood still, or the clock was set.
      if (before !== undefined && passed > 0 && passed <= 2 * spacing) {
        // A log that was erased in part has shrunk; that is no growth.
        bytes += Math.max(0, sample.bytes - before.bytes)
        time += passed
      }
      before = sample
    }
    return time < least ? undefined : (bytes / time) * hour
  }
}
