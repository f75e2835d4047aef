/** The proof that a ledger took a submission. */
export interface Receipt {
  readonly chainId: bigint
  /** 0x and 40 hex digits. */
  readonly contract: string
  /** Transaction hash, 0x and 64 hex digits. */
  readonly transaction: string
  readonly block: bigint
  readonly blockHash: string
  /** Index of the expected event's log in its block. */
  readonly logIndex: number
  /** What the ledger's register holds after it, Wh; of an anchor the size of the log. */
  readonly value: bigint
  /** Of an anchored checkpoint only. */
  readonly anchor?: AnchoredCheckpoint
}

/** What the event of an anchor says besides the size. */
export interface AnchoredCheckpoint {
  /** Who anchored it, 0x and 40 hex digits, lower case. */
  readonly account: string
  /** The log's id in the contract, 0x and 64 hex digits. */
  readonly log: string
  /** Merkle root, base64url of 32 bytes. */
  readonly root: string
}
