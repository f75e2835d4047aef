/** Nodes limit how many blocks one search for logs may span, each in its own way: most take 100,000, some 1,000. */
const first = 100_000n
/** Ranges at or below this many blocks are not made smaller: a node that refuses one is not limiting ranges. */
const smallest = 8n

/** How wide a search may be, as learnt from the node's answers: wider after a good one, half after a refusal. */
export class LogRange {
  #size = first
  #ceiling: bigint | undefined

  /** Blocks that the next search may span. */
  get size(): bigint {
    return this.#size
  }

  succeeded(): void {
    const wider = this.#size * 2n
    this.#size = this.#ceiling !== undefined && wider > this.#ceiling ? this.#ceiling : wider
  }

  /** A search of so many blocks was too much; false when it was so small that the reason must be another one. */
  refused(blocks: bigint): boolean {
    if (blocks <= smallest) return false
    this.#size = blocks / 2n
    this.#ceiling = this.#size
    return true
  }
}
