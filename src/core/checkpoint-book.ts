/** Size of a log, and the Merkle root of its entries. */
export interface TreeHead {
  readonly size: number
  /** 32 bytes. */
  readonly root: Uint8Array
}

/** What is known of a log's trees. */
export interface CheckpointBook {
  /** The newest signed checkpoint; undefined before the first. */
  newestCheckpoint(): Promise<TreeHead | undefined>
  /** Root of the first `size` entries, 32 bytes; undefined when there are fewer. */
  rootAt(size: number): Promise<Uint8Array | undefined>
}
