/** A gas limit that was found for a shape of calls. */
export interface FoundGas {
  readonly amount: bigint
  /** Monotonic milliseconds. */
  readonly at: number
}

/**
 * Gas limits that hold whichever line makes the call, by contract and shape, so that a thousand lines ask once. They tell what
 * a call costs, never that a contract takes it of somebody else: who borrows one has been accepted himself.
 */
export class SharedGas {
  readonly #found = new Map<string, FoundGas>()
  readonly #asking = new Map<string, Promise<FoundGas>>()

  /** What one line found, for the others. */
  tell(shape: string, found: FoundGas): void {
    this.#found.set(shape, found)
  }

  /**
   * What is known of the shape since that time, what another is just asking, or what `ask` answers. What another meets while
   * asking is his own trouble: `ask` is asked then, too.
   */
  async find(
    shape: string,
    { since, ask }: { since: number; ask: () => Promise<FoundGas> },
  ): Promise<FoundGas> {
    const found = this.#found.get(shape)
    if (found !== undefined && found.at > since) return found
    const other = this.#asking.get(shape)
    if (other !== undefined) return other.catch(ask)
    const asking = ask()
    this.#asking.set(shape, asking)
    try {
      const own = await asking
      this.tell(shape, own)
      return own
    } finally {
      this.#asking.delete(shape)
    }
  }
}
