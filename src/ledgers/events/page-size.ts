/** Events that a page should hold: few enough for memory, and enough that requests don't matter. */
const wanted = 5_000
const firstBlocks = 2_000n

/** How many blocks of the past to ask for at once, by how many events were found in the last ones. */
export class PageSize {
  #blocks = firstBlocks

  /** The last block of a page from `at` on, `end` at most. */
  limit(at: bigint, end: bigint): bigint {
    const limit = at + this.#blocks - 1n
    return limit < end ? limit : end
  }

  /** So many events were found in so many blocks. */
  found(events: number, blocks: bigint): void {
    const fitting = (blocks * BigInt(wanted)) / BigInt(Math.max(1, events))
    const most = blocks * 2n
    this.#blocks = fitting > most ? most : fitting < 1n ? 1n : fitting
  }
}
