/** One item in hand. */
export interface Taken<Item> {
  readonly item: Item
  /**
   * Called once: `true` when the run of the item has succeeded, or was given up; `false` when the task ended before that,
   * and the item should come again.
   */
  settle(handled: boolean): unknown
}

/** Something that brings items one by one to whoever asks: a queue, or the events of a contract. */
export interface ItemSource<Item> {
  /**
   * Waits for the next item; undefined when none is to come any more. Rejects with the signal's reason when that aborts,
   * and has then given nothing away.
   */
  take(options: { readonly signal: AbortSignal }): Promise<Taken<Item> | undefined>
}
