import { faultPoint } from '../../core/fault-point.ts'
import type { Receipt } from '../../core/receipt.ts'
import type { Submission } from '../../core/submission.ts'
import { receiptOf, type TransactionReceipt } from './answers.ts'
import { knowOutcome } from './know-outcome.ts'
import type { Registration, Registry } from './registry.ts'
import type { Line, Sender, Tracked, Turn } from './sender.ts'
import { noteCost } from './spending.ts'
import { guarded } from './submission-guard.ts'

/**
 * Looks for receipts of everything whose nonce the chain has used up: of every variant, as any of them may be the mined
 * one. Says whether anything changed.
 */
export async function collectReceipts(sender: Sender, turn: Turn): Promise<boolean> {
  for (const item of sender.book ?? []) if (item.nonce >= turn.count) reopen(item)
  const waiting = (sender.book ?? []).filter(item => item.state !== 'mined' && !item.lost && !item.refused)
  const passed = waiting.filter(item => item.nonce < turn.count)
  const portions = Array.from({ length: Math.ceil(passed.length / portion) }, (_, i) =>
    collectFor(sender, turn, passed.slice(i * portion, (i + 1) * portion)),
  )
  // None is left at work when another has failed.
  const results = await Promise.allSettled(portions)
  const failure = results.find(result => result.status === 'rejected')
  if (failure !== undefined) throw failure.reason
  return (await Promise.all(portions)).includes(true)
}

/** So many receipts are asked for in one request, and taken while the next ones come. */
const portion = 50

async function collectFor(sender: Sender, turn: Turn, passed: readonly Tracked[]): Promise<boolean> {
  // Newest variant first: it pays most, so it is the likely one.
  const newest = passed.map(item => item.variants.slice(-1))
  const found = await receiptsOf(sender, turn, newest)
  const older = passed.map((item, i) => (found[i] === undefined ? item.variants.slice(0, -1) : []))
  const foundOlder = await receiptsOf(sender, turn, older)
  const taken: Promise<boolean>[] = []
  for (const [i, item] of passed.entries()) {
    const receipt = found[i] ?? foundOlder[i]
    const line = sender.lines.get(item.submission.line)
    // The count may be one block newer than the head that came with it.
    if (receipt === undefined) item.passedAt ??= turn.head.number + 1n
    else if (line !== undefined) {
      const run = () => take(sender, turn, { line, item, receipt })
      taken.push(guarded(sender, turn, { line, run }))
    }
  }
  // Together: the store lets many share one sync.
  return (await Promise.all(taken)).includes(true)
}

/** The chain waits for this nonce (again): nothing was used up. */
function reopen(item: Tracked): void {
  item.passedAt = undefined
  if (item.lost === undefined) return
  item.lost = undefined
  item.refused = undefined
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

async function take(
  sender: Sender,
  { head, signal }: Turn,
  { line, item, receipt }: { line: Line; item: Tracked; receipt: TransactionReceipt },
): Promise<boolean> {
  const { submission } = item
  faultPoint('ledgers/receipt-seen')
  noteCost(sender, item, receipt)
  const registration = await provenBy(sender.registry, line, {
    submission,
    receipt,
    asked: { at: head.number, signal },
  })
  if (registration) {
    await markMined(sender, item, registration)
    return true
  }
  // An address without code takes every call: success without the event registers nothing. Neither that nor a revert
  // is true before its block is final.
  const { succeeded } = await knowOutcome(sender.network, receipt, { signal })
  const how = succeeded ? 'silent' : 'reverted'
  item.refused = { block: receipt.block, blockHash: receipt.blockHash, how }
  item.passedAt = undefined
  const happened = how === 'silent' ? withoutEvent : 'reverted'
  line.trouble = `transaction ${receipt.transaction} ${happened}; it is looked into`
  line.gas.clear()
  return true
}

/** What a submission's own transaction proves. */
export async function provenBy(
  registry: Registry,
  { report }: Line,
  {
    submission,
    receipt,
    asked,
  }: { submission: Submission; receipt: TransactionReceipt; asked: { at: bigint; signal: AbortSignal } },
): Promise<Registration | undefined> {
  if (registry.registrationOf !== undefined) return registry.registrationOf(report, submission, receipt)
  if (!receipt.succeeded) return undefined
  return registry.registrationIn(report, submission, { logs: receipt.logs, isOwn: true, ...asked })
}

/** What a transaction did that ran through and registered nothing. */
export const withoutEvent = 'succeeded without the event that registers it'

/** A registration as a receipt. */
export function receiptFrom({ network }: Sender, { log, value, anchor }: Registration): Receipt {
  const { address: contract, transaction, block, blockHash, logIndex } = log
  const place = { chainId: network.chainId, contract, transaction, block, blockHash, logIndex }
  return { ...place, value, ...(anchor && { anchor }) }
}

/** Keeps the receipt of a registration, by whichever transaction it came. */
export async function markMined(sender: Sender, item: Tracked, registration: Registration): Promise<void> {
  const { submission } = item
  const { before } = registration
  const receipt = receiptFrom(sender, registration)
  await sender.store.markMined(submission.id, receipt)
  item.state = 'mined'
  item.receipt = receipt
  item.refused = undefined
  item.lost = undefined
  item.passedAt = undefined
  const line = sender.lines.get(submission.line)
  if (line === undefined) return
  line.unexplained = 0
  if (before !== undefined && before > submission.value)
    await reportForeignWriter(sender, line, { item, before })
}

async function reportForeignWriter(
  sender: Sender,
  line: Line,
  { item, before }: { item: Tracked; before: bigint },
): Promise<void> {
  const { words } = sender.registry
  const { value, reading } = item.submission
  const reason = `ledger-conflict: the contract held ${words.total(before)} when we registered ${words.total(value)} (${words.item(reading)}): somebody else writes there`
  await sender.store.setStopped(line.report.name, reason)
  line.stopped = reason
  sender.log.error({ line: line.report.name }, reason)
}
