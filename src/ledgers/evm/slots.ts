/** Lets so many run at once; the others wait for their place, in the order in which they came. */
export class Slots {
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(most: number) {
    this.#free = most
  }

  async run<Result>(deed: () => Promise<Result>): Promise<Result> {
    if (this.#free > 0) this.#free -= 1
    else await new Promise<void>(resolve => this.#waiting.push(resolve))
    try {
      return await deed()
    } finally {
      const next = this.#waiting.shift()
      // The place is handed on, so that nobody who comes later takes it first.
      if (next === undefined) this.#free += 1
      else next()
    }
  }
}
