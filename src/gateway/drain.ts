import type { Instant } from '../core/time.ts'

const minute = 60_000
const hour = 60 * minute

/** A queue shorter than this at its beginning says nothing about how fast a long one drains. */
const saturated = 20
/** Two looks further apart than this say nothing: the gateway slept. */
const longest = 10 * minute
/** How much the newest look counts. */
const weight = 0.3

/** How a report line moves. */
export interface DrainEstimate {
  /** Entries an hour that it made final while a queue waited; undefined until one has been worked off. */
  readonly perHour: number | undefined
  /** Entries an hour that are added to its stream; undefined in the first minutes. */
  readonly arrivingPerHour: number | undefined
}

interface Look {
  readonly at: Instant
  readonly cursor: number
  readonly backlog: number
}

/** Learns how fast each report line works off a queue, by looking at cursors now and then. */
export class Drain {
  readonly #rates: Map<string, number>
  readonly #arrivals = new Map<string, number>()
  readonly #looks = new Map<string, Look>()

  /** @param rates - entries an hour of lines, as an earlier run has learnt them */
  constructor(rates: Readonly<Record<string, number>> = {}) {
    this.#rates = new Map(Object.entries(rates))
  }

  /** What is kept across restarts. */
  get rates(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#rates)
  }

  /** Looks at a line. */
  look(line: string, look: Look): void {
    const before = this.#looks.get(line)
    this.#looks.set(line, look)
    if (before === undefined) return
    const time = look.at - before.at
    if (time <= 0 || time > longest) return
    const done = look.cursor - before.cursor
    const arrived = done + look.backlog - before.backlog
    smooth(this.#arrivals, line, (Math.max(0, arrived) / time) * hour)
    if (before.backlog >= saturated && done > 0) smooth(this.#rates, line, (done / time) * hour)
  }

  of(line: string): DrainEstimate {
    return { perHour: this.#rates.get(line), arrivingPerHour: this.#arrivals.get(line) }
  }
}

/**
 * Hours until a queue is worked off while more arrives; undefined when nothing is known, infinite when more arrives than is
 * worked off.
 */
export function hoursToDrain(
  backlog: number,
  { perHour, arrivingPerHour }: DrainEstimate,
): number | undefined {
  if (perHour === undefined) return undefined
  const net = perHour - (arrivingPerHour ?? 0)
  return net > 0 ? backlog / net : Number.POSITIVE_INFINITY
}

function smooth(values: Map<string, number>, name: string, newest: number): void {
  const known = values.get(name)
  values.set(name, known === undefined ? newest : known + weight * (newest - known))
}
