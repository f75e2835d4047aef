interface Wait {
  readonly at: number
  readonly controller: AbortController
}

/**
 * Counts a follower's looks at the chain by its requests. What has not come after some of them is not there: that holds on a busy
 * machine too, where no number of milliseconds does.
 */
export class Looks {
  #count = 0
  #waits: Wait[] = []

  /** To be called with each request that has ended. */
  saw(body: unknown): void {
    if (!String(body).includes('"latest"')) return
    this.#count += 1
    const due = this.#waits.filter(({ at }) => at <= this.#count)
    this.#waits = this.#waits.filter(wait => !due.includes(wait))
    for (const { controller } of due) controller.abort(new Error('nothing has come'))
  }

  /** Aborts when the chain was looked at so often from now on. */
  after(looks: number): AbortSignal {
    const controller = new AbortController()
    this.#waits.push({ at: this.#count + looks, controller })
    return controller.signal
  }
}
