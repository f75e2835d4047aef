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
  /** What the ledger's register holds after it, Wh. */
  readonly value: bigint
}
