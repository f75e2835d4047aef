import { anchorAt, type Line, type Sender, type Turn, trackedOf } from './sender.ts'
import { seeGap } from './submission-gap.ts'
import { believeCount } from './submission-leap.ts'

/**
 * Reads what is under way from disk, and takes the chain's word for how many nonces are used.
 * @throws EnergywebError `ledger-not-ready`, retryable, while that is not believed
 */
export async function openBook(sender: Sender, turn: Turn): Promise<void> {
  const { store, network, account, lines } = sender
  const { count } = turn
  if (sender.book === undefined) {
    const pending = await store.pending(network.chainId, account)
    const now = network.clock.monotonic()
    sender.book = pending
      .filter(submission => lines.has(submission.line))
      .map(submission => trackedOf(submission, now))
      .filter(item => item !== undefined)
    for (const line of lines.values()) await recallFinal(sender, line)
    sender.nextNonce = (await store.nextNonce(network.chainId, account)) ?? -1
  } else {
    // Another ledger may use the same account.
    sender.nextNonce = (await store.nextNonce(network.chainId, account)) ?? sender.nextNonce
  }
  await believeCount(sender, turn)
  if (count > sender.nextNonce) {
    await store.raiseNonce(network.chainId, account, count)
    sender.nextNonce = count
  }
  sender.book.sort((a, b) => a.nonce - b.nonce)
  seeGap(sender, turn, sender.book[0]?.nonce ?? sender.nextNonce)
}

/** Whether a lost submission may be signed again depends on what was registered after it. */
async function recallFinal(sender: Sender, line: Line): Promise<void> {
  for (const { state, reading, receipt } of await sender.store.ofLine(line.report.name, 64)) {
    if (state !== 'final' || receipt === undefined) continue
    line.finalUpTo = Math.max(line.finalUpTo, reading ?? -1)
    if (receipt.block > line.finalBlock) line.finalBlock = receipt.block
    anchorAt(sender, receipt)
  }
}
