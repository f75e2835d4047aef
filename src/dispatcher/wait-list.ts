interface Waiting<Offer, Answer> {
  readonly offer: Offer
  answer(value: Answer): void
  refuse(reason: unknown): void
}

/** Those who wait for something, in the order of their coming; each may bring an offer of its own. */
export class WaitList<Offer, Answer> {
  readonly #waiting = new Set<Waiting<Offer, Answer>>()

  get size(): number {
    return this.#waiting.size
  }

  /** Waits for an answer; rejects with the signal's reason when that aborts first, and is then forgotten. */
  wait(offer: Offer, signal: AbortSignal | undefined): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.delete(waiting)
        signal?.removeEventListener('abort', aborted)
      }
      const aborted = () => waiting.refuse(signal?.reason)
      const waiting: Waiting<Offer, Answer> = {
        offer,
        answer: value => {
          leave()
          resolve(value)
        },
        refuse: reason => {
          leave()
          reject(reason)
        },
      }
      this.#waiting.add(waiting)
      signal?.addEventListener('abort', aborted, { once: true })
    })
  }

  /** Who came first, to be answered or refused at once; undefined when nobody waits. */
  first(): Waiting<Offer, Answer> | undefined {
    for (const waiting of this.#waiting) return waiting
    return undefined
  }

  answerAll(value: Answer): void {
    for (const waiting of [...this.#waiting]) waiting.answer(value)
  }

  refuseAll(reason: unknown): void {
    for (const waiting of [...this.#waiting]) waiting.refuse(reason)
  }
}
