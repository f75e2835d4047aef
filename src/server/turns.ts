/** Lets deeds of one name run one after the other, and deeds of different names side by side. */
export class Turns {
  readonly #most: number
  readonly #queues = new Map<string, { tail: Promise<unknown>; length: number }>()

  /** @param most - so many of one name may be under way or wait */
  constructor(most: number) {
    this.#most = most
  }

  /** The deed's outcome, when its turn has come; undefined, at once, when too many wait. */
  take<Value>(name: string, deed: () => Promise<Value>): Promise<Value> | undefined {
    const queue = this.#queues.get(name) ?? { tail: Promise.resolve(), length: 0 }
    if (queue.length >= this.#most) return undefined
    const done = queue.tail.then(deed)
    queue.length += 1
    // The next one's turn comes whatever became of this one; who asked hears of it.
    queue.tail = done.then(
      () => this.#leave(name, queue),
      () => this.#leave(name, queue),
    )
    this.#queues.set(name, queue)
    return done
  }

  /** Resolves when nothing is under way and nothing waits. */
  async idle(): Promise<void> {
    while (this.#queues.size > 0) await Promise.all([...this.#queues.values()].map(({ tail }) => tail))
  }

  #leave(name: string, queue: { length: number }): void {
    queue.length -= 1
    if (queue.length === 0) this.#queues.delete(name)
  }
}
