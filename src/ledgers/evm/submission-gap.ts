import { faultPoint } from '../../core/fault-point.ts'
import type { Submission } from '../../core/submission.ts'
import { suggestFees } from './fees.ts'
import { type Gap, isFinal, type Sender, type Turn } from './sender.ts'
import { noteFiller } from './stray-costs.ts'
import { signTransaction } from './transaction.ts'

/** So many nonces are sent together, and a gap with more unknown ones is no gap but a mistake: it is only told. */
const mostAtOnce = 64
/** What a plain transfer costs (Ethereum Yellow Paper, appendix G). */
const transferGas = 21_000n

/** Notes what the chain waits for and none of our lines' submissions under way has. */
export function seeGap(sender: Sender, { count, head }: Turn, lowest: number): void {
  const { gap } = sender
  const sentAt = sender.network.clock.monotonic()
  sender.gap = count < lowest ? { since: head.number, sentAt, ...gap, from: count, to: lowest } : undefined
}

/**
 * Sends what the chain waits for before any of our lines' submissions can be mined: bytes of another ledger's or a
 * removed line's submission, or of one that was final and that the chain has lost, are on disk and go out as they are. A
 * nonce of which nothing is known (a foreign transaction had raised our book and has left the chain) is used up by a
 * transfer of nothing to ourselves. Without it, all that is signed later would wait for ever.
 */
export async function fillGap(sender: Sender, turn: Turn): Promise<boolean> {
  const { gap, network, settings, account } = sender
  if (gap === undefined) return false
  const now = network.clock.monotonic()
  const known = await bytesFor(sender, turn, gap)
  if (known.get(gap.from)?.state === undefined || known.get(gap.from)?.state === 'final') {
    sender.trouble = `the chain expects nonce ${gap.from} of account ${account}, ours go on at ${gap.to}: it lost transactions, or the node is behind. They are sent again, or filled, once that is final`
  }
  if (now - gap.sentAt < settings.rebroadcastAfter) return false
  const calls: { method: string; params: readonly unknown[] }[] = []
  for (let nonce = gap.from; nonce < gap.to && calls.length < mostAtOnce; nonce++) {
    const raw = known.get(nonce)?.variants.at(-1)?.raw ?? (await filler(sender, turn, { gap, nonce }))
    // What comes behind it can't be mined before it.
    if (raw === undefined) break
    calls.push({ method: 'eth_sendRawTransaction', params: [raw] })
  }
  if (calls.length === 0) return false
  faultPoint('ledgers/before-broadcast')
  // Whatever the node says of them: the chain's count tells what became of it.
  await network.batch(calls, { signal: turn.signal })
  gap.sentAt = now
  sender.log.warn({ account, from: gap.from, transactions: calls.length }, 'sent what the chain waits for')
  return false
}

/** A node that is behind for a moment says nothing of what was final. */
async function bytesFor(sender: Sender, turn: Turn, gap: Gap): Promise<ReadonlyMap<number, Submission>> {
  const { store, network, account } = sender
  const { from, to } = gap
  const found = isFinal(sender, turn, gap.since)
    ? await store.withNonces(network.chainId, account, { from, to: Math.min(to, from + mostAtOnce) - 1 })
    : await store.pending(network.chainId, account)
  return new Map(found.flatMap(item => (item.nonce === undefined ? [] : [[item.nonce, item]])))
}

async function filler(
  sender: Sender,
  turn: Turn,
  { gap, nonce }: { gap: Gap; nonce: number },
): Promise<string | undefined> {
  if (gap.to - gap.from > mostAtOnce || !isFinal(sender, turn, gap.since)) return undefined
  const { network, account, signer } = sender
  const fees = suggestFees(await network.feesAt(turn.head, turn), turn.head.baseFee ?? 0n)
  const { type } = network.fees
  const transfer = { type, chainId: network.chainId, nonce, to: account, data: '0x', gas: transferGas, fees }
  const { raw, hash, maxFeePerGas } = await signTransaction(transfer, { signer, signal: turn.signal })
  noteFiller(sender, nonce, { hash, maxFeePerGas })
  return raw
}
