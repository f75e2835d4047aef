/** So many calls in so many milliseconds; all of them may come at once. */
export interface CallRate {
  readonly calls: number
  readonly per: number
}

/** Says when a call may be made, so that a node's limit is kept before the node has to say so. */
export class TokenBucket {
  readonly #rate: CallRate
  #tokens: number
  #filledAt: number

  /** Full at first. `now` is monotonic milliseconds, here and below. */
  constructor(rate: CallRate, now: number) {
    this.#rate = rate
    this.#tokens = rate.calls
    this.#filledAt = now
  }

  /** Takes what there is, `wanted` at most; how many calls may be made now. */
  take(wanted: number, now: number): number {
    this.#fill(now)
    const taken = Math.min(wanted, Math.floor(this.#tokens))
    this.#tokens -= taken
    return taken
  }

  /** Milliseconds until the next call may be made. */
  wait(now: number): number {
    this.#fill(now)
    const missing = 1 - this.#tokens
    return missing <= 0 ? 0 : Math.ceil((missing * this.#rate.per) / this.#rate.calls)
  }

  #fill(now: number): void {
    const { calls, per } = this.#rate
    this.#tokens = Math.min(calls, this.#tokens + ((now - this.#filledAt) * calls) / per)
    this.#filledAt = now
  }
}
