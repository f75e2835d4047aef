import { portableHashes } from '../portable-hashes.ts'
import type { Evidence, EvidenceAnchor } from './evidence.ts'
import { Rebuilder } from './rebuild.ts'
import { integerOf, type RebuiltEntry, textOf } from './rebuilt-entry.ts'

/** What a ledger's transaction registered, as a receipt of the log has it. */
export interface ReceiptRecord {
  readonly segment: number
  readonly sequence: number
  readonly ledger: string | undefined
  readonly chainId: bigint | undefined
  readonly contract: string | undefined
  readonly transaction: string | undefined
  readonly block: bigint | undefined
  readonly blockHash: string | undefined
  readonly logIndex: bigint | undefined
  /** Sequences of the first and last entry that the transaction covers. */
  readonly first: bigint | undefined
  readonly last: bigint | undefined
  /** What the ledger holds after it, Wh. */
  readonly value: bigint | undefined
}

/** What the file says that stands on chains: whoever has a node of a chain can look. */
export interface ChainRecords {
  /** The newest receipt of each range: an older one is of a block that is gone. */
  readonly receipts: readonly ReceiptRecord[]
  readonly anchors: readonly EvidenceAnchor[]
}

/** Receipts among entries; of one ledger and range the newest. */
export function receiptsOf(entries: readonly RebuiltEntry[]): readonly ReceiptRecord[] {
  const newest = new Map<string, ReceiptRecord>()
  for (const entry of entries) {
    if (entry.schema !== 'receipt/1' || entry.content === 'sealed') continue
    const receipt = receiptOf(entry)
    const key = `${entry.stream} ${receipt.ledger} ${receipt.first} ${receipt.last}`
    const known = newest.get(key)
    if (known === undefined || known.sequence < receipt.sequence) newest.set(key, receipt)
  }
  return [...newest.values()]
}

function receiptOf(entry: RebuiltEntry): ReceiptRecord {
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
    value: integer('value'),
  }
}

/** What a file that was verified says of chains. */
export function chainRecords(evidence: Evidence, hashes = portableHashes()): ChainRecords {
  const rebuilder = new Rebuilder(hashes)
  const entries = evidence.segments.flatMap((segment, i) => rebuilder.rebuild(segment, i).entries)
  return { receipts: receiptsOf(entries), anchors: evidence.anchors }
}
