import type { Receipt } from '../../core/receipt.ts'
import type { Submission } from '../../core/submission.ts'
import { headOf, receiptOf } from './answers.ts'
import { quantity } from './rpc-calls.ts'
import { anchorAt, isFinal, type Moved, type Sender, type Turn } from './sender.ts'
import { provenBy, receiptFrom } from './submission-receipts.ts'

/** So many of a line's newest submissions are looked at; a reorg as deep as that is another chain. */
const mostOfLine = 256
/** Milliseconds between two looks while there is nothing else to do. */
const idleLook = 60_000
/** Blocks on top of the newest registration after which an idle account is left alone. */
export const settledDepth = 256n

/**
 * Follows what is final: as long as the newest final registration's block is on the chain, so is all below it. When it is
 * not, the chain was reorganised deeper than `confirmations`, or its node was restored to an older state. The bytes go
 * out again (see submission-gap.ts), or were mined again by themselves; once that is final in turn, its receipt is kept
 * and entered into the log. Says whether anything changed.
 */
export async function followFinals(sender: Sender, turn: Turn): Promise<boolean> {
  seeAnchor(sender, turn)
  if (sender.moved.size === 0) await lookForMoved(sender, turn)
  if (sender.moved.size === 0) return false
  const places = await registrationsOf(sender, turn)
  let changed = false
  for (const [id, { submission, since }] of sender.moved) {
    const place = places.get(id)
    if (place === undefined) changed = giveUp(sender, turn, { submission, since }) || changed
    // The receipt may be of yet another block that is gone.
    if (place === undefined || !isFinal(sender, turn, place.receipt.block) || !place.canonical) continue
    await sender.store.moveReceipt(id, place.receipt)
    sender.moved.delete(id)
    anchorAt(sender, place.receipt)
    changed = true
  }
  tell(sender)
  return changed
}

/** Nothing else is to be done for the account, and yet the chain may have lost what was final. */
export function isAnchorDue({ anchor, anchorSeenAt, network }: Sender): boolean {
  return anchor !== undefined && network.clock.monotonic() - anchorSeenAt >= idleLook
}

function seeAnchor(sender: Sender, { head }: Turn): void {
  const { anchor, network } = sender
  if (anchor === undefined) return
  const deep = head.number - anchor.block > settledDepth
  sender.anchorSeenAt = deep ? Number.POSITIVE_INFINITY : network.clock.monotonic()
}

function tell(sender: Sender): void {
  const [first] = sender.moved.values()
  if (first === undefined) return
  const { reading, line } = first.submission
  sender.trouble ??= `${sender.moved.size} registrations that were final have left the chain (the first is ${sender.registry.words.item(reading)} of ${line}): waiting until they are final again`
}

/** Its nonce is used up for good without it: what the contract holds decides, in "compare first". */
function giveUp(sender: Sender, turn: Turn, { submission, since }: Moved): boolean {
  if (!isFinal(sender, turn, since) || (submission.nonce ?? -1) >= turn.count) return false
  sender.moved.delete(submission.id)
  const line = sender.lines.get(submission.line)
  if (line !== undefined) line.compared = false
  sender.log.error(
    { line: submission.line, submission: submission.id },
    `${sender.registry.words.item(submission.reading)} of ${submission.line} was final and is registered no more`,
  )
  return true
}

async function lookForMoved(sender: Sender, turn: Turn): Promise<void> {
  const { anchor, network } = sender
  // A node that does not have the block is behind: that says nothing. And the anchor may be newer than the question.
  if (anchor === undefined || turn.anchorHash === undefined || turn.anchorHash === anchor.blockHash) return
  const [hash] = await blocksOf(sender, turn, [anchor.block])
  if (hash === undefined || hash === anchor.blockHash) return
  const finals: Submission[] = []
  for (const line of sender.lines.keys()) {
    const newest = await sender.store.ofLine(line, mostOfLine)
    finals.push(...newest.filter(({ state, receipt }) => state === 'final' && receipt !== undefined))
  }
  const numbers = [...new Set(finals.flatMap(({ receipt }) => receipt?.block ?? []))]
  const hashes = await blocksOf(sender, turn, numbers)
  const canonical = new Map(numbers.map((number, i) => [number, hashes[i]]))
  sender.anchor = undefined
  for (const submission of finals) {
    const { receipt } = submission
    if (receipt === undefined) continue
    if (canonical.get(receipt.block) === receipt.blockHash) anchorAt(sender, receipt)
    else sender.moved.set(submission.id, { submission, since: turn.head.number })
  }
  sender.log.error(
    { network: network.name, account: sender.account, registrations: sender.moved.size },
    `network ${network.name}: blocks that were final are gone: the chain was reorganised deeper than ${network.confirmations} blocks`,
  )
}

/** Hashes of the blocks of these numbers; undefined for one that the node does not have. */
export async function blocksOf(
  sender: Pick<Sender, 'network'>,
  { signal }: Pick<Turn, 'signal'>,
  numbers: readonly bigint[],
): Promise<readonly (string | undefined)[]> {
  if (numbers.length === 0) return []
  const calls = numbers.map(number => ({ method: 'eth_getBlockByNumber', params: [quantity(number), false] }))
  const blocks = await sender.network.results(calls, { signal })
  return blocks.map(block => headOf(block)?.hash)
}

/** Where each of them stands now, and whether the chain has that block. */
async function registrationsOf(
  sender: Sender,
  turn: Turn,
): Promise<ReadonlyMap<number, { readonly receipt: Receipt; readonly canonical: boolean }>> {
  const moved = [...sender.moved.values()].map(({ submission }) => submission)
  const hashes = moved.flatMap(transactionsOf)
  const calls = hashes.map(hash => ({ method: 'eth_getTransactionReceipt', params: [hash] }))
  const results = await sender.network.results(calls, { signal: turn.signal })
  const receipts = new Map(hashes.map((hash, i) => [hash, receiptOf(results[i], hash)]))
  const asked = { at: turn.head.number, signal: turn.signal }
  const found: { readonly id: number; readonly receipt: Receipt }[] = []
  for (const submission of moved) {
    const line = sender.lines.get(submission.line)
    for (const hash of line === undefined ? [] : transactionsOf(submission)) {
      const receipt = receipts.get(hash)
      if (line === undefined || receipt === undefined) continue
      const registration = await provenBy(sender.registry, line, { submission, receipt, asked })
      if (registration === undefined) continue
      found.push({ id: submission.id, receipt: receiptFrom(sender, registration) })
      break
    }
  }
  const blocks = await blocksOf(
    sender,
    turn,
    found.map(({ receipt }) => receipt.block),
  )
  return new Map(
    found.map(({ id, receipt }, i) => [id, { receipt, canonical: blocks[i] === receipt.blockHash }]),
  )
}

/** Any of them may be mined; what was adopted has none of ours, and its old one may be mined again. */
function transactionsOf({ variants, receipt }: Submission): readonly string[] {
  if (variants.length > 0) return variants.map(({ hash }) => hash)
  return receipt === undefined ? [] : [receipt.transaction]
}
