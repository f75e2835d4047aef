import { type AnchorDocument, anchorSchema } from '../core/anchor-document.ts'
import type { DocumentOf } from '../core/document.ts'
import { EnergywebError } from '../core/errors.ts'
import type { Receipt } from '../core/receipt.ts'
import { isLogLine, type LineRow } from './lines.ts'
import type { AppendInput } from './record.ts'
import type { ProvenSubmission } from './submission-rows.ts'

/** The entry by which the log keeps the receipt of a submission: in the asset's stream, of the log's own in the gateway's. */
export function receiptEntry(submission: ProvenSubmission, line: LineRow): Omit<AppendInput, 'at'> {
  const { receipt } = submission
  if (receipt === undefined)
    throw new EnergywebError('internal', `submission ${submission.id} has no receipt`)
  const entry = { stream: line.streamName, kind: 'receipt' } as const
  if (!isLogLine(line)) return { ...entry, document: receiptDocument(submission, receipt, line) }
  return { ...entry, schema: anchorSchema.name, document: anchorDocument(receipt, line) }
}

/** The ledger's own name, without that of the stream. */
export function ledgerOf({ name, streamName }: LineRow): string {
  const asset = `${streamName}/`
  return name.startsWith(asset) ? name.slice(asset.length) : name
}

function anchorDocument({ anchor, value, ...receipt }: Receipt, line: LineRow): AnchorDocument {
  if (anchor === undefined) {
    throw new EnergywebError('argument-invalid', `the receipt of ${line.name} anchors no checkpoint`)
  }
  const { account, log, root } = anchor
  const { chainId, contract, transaction, block, blockHash, logIndex } = receipt
  return {
    account,
    block,
    blockHash,
    chainId,
    contract,
    ledger: ledgerOf(line),
    log,
    logIndex: BigInt(logIndex),
    root,
    size: value,
    transaction,
  }
}

function receiptDocument(
  { first, last, reading }: ProvenSubmission,
  receipt: Receipt,
  line: LineRow,
): DocumentOf<'receipt'> {
  const { chainId, contract, transaction, block, blockHash, logIndex, value } = receipt
  return {
    block,
    blockHash,
    chainId,
    contract,
    first: BigInt(first),
    last: BigInt(last),
    ledger: ledgerOf(line),
    logIndex: BigInt(logIndex),
    reading: reading === undefined ? null : BigInt(reading),
    transaction,
    value,
  }
}
