import { integerOf, type RebuiltEntry, textOf } from './rebuilt-entry.ts'

/** Where something stands on a chain and what it is about, as a receipt of the log has it. What the file does not show is undefined. */
export interface ChainPlace {
  readonly segment: number
  readonly sequence: number
  readonly ledger: string | undefined
  readonly chainId: bigint | undefined
  readonly contract: string | undefined
  readonly transaction: string | undefined
  readonly block: bigint | undefined
  readonly blockHash: string | undefined
  readonly logIndex: bigint | undefined
  /** Sequences of the first and last entry that it covers. */
  readonly first: bigint | undefined
  readonly last: bigint | undefined
}

/** What receipts of every schema say. */
export function chainPlaceOf(entry: RebuiltEntry): ChainPlace {
  const text = (field: string) => textOf(entry, field) ?? undefined
  const integer = (field: string) => integerOf(entry, field)
  return {
    segment: entry.segment,
    sequence: entry.sequence,
    ledger: text('ledger'),
    chainId: integer('chainId'),
    contract: text('contract'),
    transaction: text('transaction'),
    block: integer('block'),
    blockHash: text('blockHash'),
    logIndex: integer('logIndex'),
    first: integer('first'),
    last: integer('last'),
  }
}
