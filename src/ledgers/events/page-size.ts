/** Events that a page should hold: few enough for memory, and enough that requests don't matter. */
const wanted = 1_000
/** An event that says much counts for several: one for each so many bytes. */
const bytesOfOne = 1_024
/** A contract may say something once a month or a thousand times a block: the first page is small, and soon they grow. */
const firstBlocks = 16n
const growth = 4n
const shrinkage = 16n

/** How many blocks of the past to ask for at once, by how many events were found in the last ones. */
export class PageSize {
  #blocks = firstBlocks

  /** The last block of a page from `at` on, `end` at most. */
  limit(at: bigint, end: bigint): bigint {
    const limit = at + this.#blocks - 1n
    return limit < end ? limit : end
  }

  /** This was found in so many blocks. */
  found({ seen, bytes }: { readonly seen: number; readonly bytes: number }, blocks: bigint): void {
    const events = Math.max(1, seen, Math.floor(bytes / bytesOfOne))
    const fitting = (blocks * BigInt(wanted)) / BigInt(events)
    const most = blocks * growth
    this.#blocks = fitting > most ? most : fitting < 1n ? 1n : fitting
  }

  /** A page could not be had, maybe as it was too much; false when it was one block, which can't be less. */
  failed(): boolean {
    if (this.#blocks === 1n) return false
    this.#blocks = this.#blocks > shrinkage ? this.#blocks / shrinkage : 1n
    return true
  }
}
