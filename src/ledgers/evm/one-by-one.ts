/**
 * Lets those that wait go on one after the other, in their order, each in a turn of the event loop of its own. Where many
 * compute at the same time, the first is on its way while the last still computes, and what comes in is heard in between.
 */
export class OneByOne {
  readonly #waiting: (() => void)[] = []

  /** Resolves when it is one's turn. */
  next(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    if (this.#waiting.push(resolve) === 1) this.#later()
    return promise
  }

  #later(): void {
    setImmediate(() => {
      this.#waiting.shift()?.()
      if (this.#waiting.length > 0) this.#later()
    })
  }
}
