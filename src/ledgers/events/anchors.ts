import type { BlockHeader } from './block-header.ts'
import type { Anchor } from './cursor-text.ts'

/** Ends of pages that are kept below the depth of a reorg, to go back to when one was deeper. */
const older = 8

/** The blocks by which a chain is known again, ascending. */
export class Anchors {
  readonly #depth: bigint
  #anchors: Anchor[] = []

  constructor(depth: number) {
    this.#depth = BigInt(depth)
  }

  get all(): readonly Anchor[] {
    return this.#anchors
  }

  get last(): Anchor | undefined {
    return this.#anchors.at(-1)
  }

  below(block: bigint): readonly Anchor[] {
    return this.#anchors.filter(({ number }) => number < block)
  }

  /** Adds a block that follows on the last one's chain. */
  add({ number, hash }: Anchor): void {
    this.#anchors.push({ number, hash })
    this.trim(number)
  }

  /** Lets go of what is far below the newest block. */
  trim(head: bigint): void {
    const young = this.#anchors.findIndex(({ number }) => number >= head - this.#depth)
    const first = (young === -1 ? this.#anchors.length : young) - older
    if (first > 0) this.#anchors = this.#anchors.slice(first)
  }

  /** The first of these blocks that are a chain, and go on from the last one known. */
  linked(blocks: readonly BlockHeader[]): readonly BlockHeader[] {
    const [first] = blocks
    const { last } = this
    if (first === undefined) return []
    let before = last?.number === first.number - 1n ? last.hash : first.parent
    const end = blocks.findIndex(({ hash, parent }) => {
      const follows = parent === before
      before = hash
      return !follows
    })
    return end === -1 ? blocks : blocks.slice(0, end)
  }

  /**
   * Drops the blocks that the chain does not have any more, given what it has in their places; answers the highest that is
   * left. When none is, the lowest that was known is taken for the first new one.
   */
  cut(hashes: readonly string[]): { readonly fork: bigint; readonly isKnown: boolean } {
    const [lowest] = this.#anchors
    const kept = this.#anchors.findLastIndex(({ hash }, i) => hash === hashes[i])
    this.#anchors = this.#anchors.slice(0, kept + 1)
    const fork = this.last?.number ?? (lowest?.number ?? 0n) - 1n
    return { fork, isKnown: kept !== -1 }
  }
}
