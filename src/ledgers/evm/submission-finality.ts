import { faultPoint } from '../../core/fault-point.ts'
import { headOf } from './answers.ts'
import { quantity } from './rpc-calls.ts'
import { anchorAt, isFinal, type Sender, type Tracked, type Turn } from './sender.ts'
import { countCost, recallCosts } from './spending.ts'

/**
 * Compares the blocks of what is mined with the chain again: where the depth is reached, and where the chain's count of
 * our transactions has fallen below. Another block hash takes a submission back to `signed` (no node is trusted to say
 * so itself); the same hash at the depth makes it final. Says whether anything changed.
 */
export async function confirm(sender: Sender, turn: Turn): Promise<boolean> {
  const due = (sender.book ?? []).filter(item => {
    const block = item.receipt?.block ?? item.refused?.block
    return block !== undefined && !item.lost && (item.nonce >= turn.count || isFinal(sender, turn, block))
  })
  if (due.length === 0) return false
  const canonical = await hashesOf(sender, turn, due)
  const final: Tracked[] = []
  let changed = false
  for (const item of due) {
    const place = item.receipt ?? item.refused
    const hash = place && canonical.get(place.block)
    // A node that is behind does not have the block: that says nothing.
    if (place === undefined || hash === undefined) continue
    if (hash !== place.blockHash) {
      await takeBack(sender, item)
      changed = true
    } else if (isFinal(sender, turn, place.block)) {
      if (item.refused === undefined) final.push(item)
      else refuse(sender, item, item.refused.how)
      changed = true
    }
  }
  await finalise(sender, turn, final)
  return changed
}

function refuse(sender: Sender, item: Tracked, how: 'reverted' | 'silent'): void {
  item.lost = how
  countCost(sender, item, how === 'silent' ? 'without-event' : how)
}

async function hashesOf(sender: Sender, { signal }: Turn, items: readonly Tracked[]) {
  const numbers = [...new Set(items.map(item => item.receipt?.block ?? item.refused?.block ?? 0n))]
  const calls = numbers.map(number => ({ method: 'eth_getBlockByNumber', params: [quantity(number), false] }))
  const blocks = await sender.network.results(calls, { signal })
  return new Map(numbers.map((number, i) => [number, headOf(blocks[i])?.hash]))
}

async function takeBack(sender: Sender, item: Tracked): Promise<void> {
  const { submission } = item
  sender.log.warn({ line: submission.line, submission: submission.id }, 'its block is gone: sent again')
  if (item.receipt !== undefined) await sender.store.markUnmined(submission.id)
  const line = sender.lines.get(submission.line)
  if (line !== undefined && item.refused !== undefined) line.trouble = undefined
  item.state = 'signed'
  item.cost = undefined
  item.receipt = undefined
  item.refused = undefined
}

async function finalise(sender: Sender, turn: Turn, items: readonly Tracked[]): Promise<void> {
  if (items.length === 0) return
  await recallCosts(sender, turn, items)
  faultPoint('ledgers/before-final')
  await sender.store.finalise(items.map(item => item.submission.id))
  faultPoint('ledgers/after-final')
  const gone = new Set(items)
  sender.book = sender.book?.filter(item => !gone.has(item))
  for (const item of items) {
    const { submission, receipt } = item
    countCost(sender, item, 'registered')
    const line = sender.lines.get(submission.line)
    if (line === undefined) continue
    line.finalUpTo = Math.max(line.finalUpTo, submission.reading ?? -1)
    line.finalBlock = receipt?.block ?? line.finalBlock
    if (receipt !== undefined) anchorAt(sender, receipt)
  }
}
