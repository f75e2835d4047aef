import { faultPoint } from '../../core/fault-point.ts'
import type { Receipt } from '../../core/receipt.ts'
import { receiptOf, type TransactionReceipt } from './answers.ts'
import type { Registration } from './registry.ts'
import type { Line, Sender, Tracked, Turn } from './sender.ts'

/**
 * Looks for receipts of everything whose nonce the chain has used up: of every variant, as any of them may be the mined
 * one. Says whether anything changed.
 */
export async function collectReceipts(sender: Sender, turn: Turn): Promise<boolean> {
  const waiting = (sender.book ?? []).filter(item => item.state !== 'mined' && !item.lost && !item.reverted)
  for (const item of waiting) if (item.nonce >= turn.count) item.passedAt = undefined
  const passed = waiting.filter(item => item.nonce < turn.count)
  // Newest variant first: it pays most, so it is the likely one.
  const newest = passed.map(item => item.variants.slice(-1))
  const found = await receiptsOf(sender, turn, newest)
  const older = passed.map((item, i) => (found[i] === undefined ? item.variants.slice(0, -1) : []))
  const foundOlder = await receiptsOf(sender, turn, older)
  const taken: Promise<void>[] = []
  for (const [i, item] of passed.entries()) {
    const receipt = found[i] ?? foundOlder[i]
    if (receipt === undefined) item.passedAt ??= turn.head.number
    else taken.push(take(sender, item, receipt))
  }
  // Together: the store lets many share one sync.
  await Promise.all(taken)
  return taken.length > 0
}

async function receiptsOf(
  sender: Sender,
  { signal }: Turn,
  variants: readonly (readonly { readonly hash: string }[])[],
): Promise<readonly (TransactionReceipt | undefined)[]> {
  const hashes = variants.flatMap(list => list.map(variant => variant.hash))
  if (hashes.length === 0) return variants.map(() => undefined)
  const calls = hashes.map(hash => ({ method: 'eth_getTransactionReceipt', params: [hash] }))
  const results = await sender.network.results(calls, { signal })
  const receipts = new Map(hashes.map((hash, i) => [hash, receiptOf(results[i], hash)]))
  return variants.map(list =>
    list.map(({ hash }) => receipts.get(hash)).find(receipt => receipt !== undefined),
  )
}

async function take(sender: Sender, item: Tracked, receipt: TransactionReceipt): Promise<void> {
  const { submission } = item
  const line = sender.lines.get(submission.line)
  if (line === undefined) return
  faultPoint('ledgers/receipt-seen')
  if (!receipt.succeeded) {
    item.reverted = { block: receipt.block, blockHash: receipt.blockHash }
    line.trouble = `transaction ${receipt.transaction} reverted; it is looked into`
    line.gas.clear()
    return
  }
  const registration = sender.registry.registrationIn(line.report, submission, receipt.logs)
  if (registration !== undefined) {
    await markMined(sender, item, registration)
    return
  }
  // An address without code takes every call: success without the event registers nothing.
  const reason = `transaction ${receipt.transaction} succeeded without the event that registers the reading`
  await sender.store.fail(submission.id, reason)
  stopInMemory(sender, item, `${reason}. Is the contract at ${submission.to} still the registry?`)
}

function stopInMemory(sender: Sender, item: Tracked, reason: string): void {
  sender.book = sender.book?.filter(other => other !== item)
  const line = sender.lines.get(item.submission.line)
  if (line !== undefined) line.stopped = reason
  sender.log.error({ line: item.submission.line, submission: item.submission.id }, reason)
}

/** Keeps the receipt of a registration, by whichever transaction it came. */
export async function markMined(sender: Sender, item: Tracked, registration: Registration): Promise<void> {
  const { submission } = item
  const { log, before } = registration
  const receipt: Receipt = {
    chainId: sender.network.chainId,
    contract: log.address,
    transaction: log.transaction,
    block: log.block,
    blockHash: log.blockHash,
    logIndex: log.logIndex,
    value: registration.value,
  }
  await sender.store.markMined(submission.id, receipt)
  item.state = 'mined'
  item.receipt = receipt
  item.passedAt = undefined
  const line = sender.lines.get(submission.line)
  if (line === undefined) return
  line.unexplained = 0
  if (before > submission.value) await reportForeignWriter(sender, line, { item, before })
}

async function reportForeignWriter(
  sender: Sender,
  line: Line,
  { item, before }: { item: Tracked; before: bigint },
): Promise<void> {
  const reason =
    `ledger-conflict: the contract held ${before} Wh when we registered ${item.submission.value} Wh (entry ${item.submission.reading}): ` +
    'somebody else writes this asset'
  await sender.store.setStopped(line.report.name, reason)
  line.stopped = reason
  sender.log.error({ line: line.report.name }, reason)
}
