/** Computations of about a hundred microseconds each: so many in one turn of the event loop keep nobody waiting. */
const inOneTurn = 16

interface Waiting {
  readonly computations: number
  readonly go: () => void
}

/**
 * Lets those that wait go on one after the other, in their order: one that computes much in a turn of the event loop of its
 * own, those that compute little several in one, so that they still ask together. The first is on its way while the last
 * still computes, and what comes in is heard in between.
 */
export class OneByOne {
  readonly #waiting: Waiting[] = []

  /** Resolves when it is one's turn, who then makes so many computations. */
  next(computations: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    if (this.#waiting.push({ computations, go: resolve }) === 1) this.#later()
    return promise
  }

  #later(): void {
    setImmediate(() => {
      let room = inOneTurn
      do {
        const first = this.#waiting.shift()
        room -= first?.computations ?? 0
        first?.go()
      } while ((this.#waiting[0]?.computations ?? Number.POSITIVE_INFINITY) <= room)
      if (this.#waiting.length > 0) this.#later()
    })
  }
}
