/** Failures in a row that open it. */
const mostInARow = 3
/** It opens for an unreliable node too: half of its last requests failed, of so many at least. */
const remembered = 20
const enough = 10
const shortestPause = 2_000
const longestPause = 120_000

/**
 * A circuit breaker: after several failures a node is left alone for a while, longer each time, by chance a little
 * less, so that many gateways don't come back at one moment. The first request after that is its test.
 */
export class Circuit {
  readonly #random: () => number
  readonly #last: boolean[] = []
  #inARow = 0
  #openings = 0
  #until: number | undefined

  constructor(random: () => number) {
    this.#random = random
  }

  /** Monotonic milliseconds until which the node is left alone; undefined while the circuit is closed. */
  get until(): number | undefined {
    return this.#until
  }

  /** The share of the last requests that failed; undefined before the first. */
  get failures(): number | undefined {
    if (this.#last.length === 0) return undefined
    return this.#last.filter(good => !good).length / this.#last.length
  }

  /** Open, and its time is not over. When it is over, one request may test the node. */
  isOpen(now: number): boolean {
    return this.#until !== undefined && now < this.#until
  }

  succeeded(): void {
    this.#note(true)
    this.#inARow = 0
    // What was found good in a test begins anew: its past must not open the circuit at its next failure.
    if (this.#until !== undefined) this.#last.splice(0, this.#last.length, true)
    this.#until = undefined
    if (this.#last.length >= enough) this.#openings = 0
  }

  failed(now: number): void {
    this.#note(false)
    this.#inARow += 1
    const unreliable = this.#last.length >= enough && (this.failures ?? 0) >= 0.5
    const tested = this.#until !== undefined && now >= this.#until
    if (!tested && this.#inARow < mostInARow && !unreliable) return
    this.#openings += 1
    const pause = Math.min(longestPause, shortestPause * 2 ** (this.#openings - 1))
    this.#until = now + pause * (0.5 + this.#random() / 2)
  }

  #note(good: boolean): void {
    this.#last.push(good)
    if (this.#last.length > remembered) this.#last.shift()
  }
}
