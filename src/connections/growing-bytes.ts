/**
 * Bytes that come in pieces, copied as they come. Kept as they are, a megabyte in pieces of one byte would be a million objects,
 * each holding on to the block that it was read in: a peer could fill the memory within any bound of length.
 */
export class GrowingBytes {
  #bytes = new Uint8Array(0)
  #length = 0

  get length(): number {
    return this.#length
  }

  add(piece: Uint8Array): void {
    const length = this.#length + piece.length
    if (length > this.#bytes.length) {
      // Twice as much each time; most answers are one piece, and need no more than that.
      const wider = new Uint8Array(this.#length === 0 ? length : 2 * length)
      wider.set(this.#bytes.subarray(0, this.#length))
      this.#bytes = wider
    }
    this.#bytes.set(piece, this.#length)
    this.#length = length
  }

  /** All that came. */
  taken(): Uint8Array {
    return this.#length === this.#bytes.length ? this.#bytes : this.#bytes.slice(0, this.#length)
  }
}
