import { EnergywebError } from '../../core/errors.ts'
import { countOf } from './answers.ts'
import { quantity } from './rpc-calls.ts'
import type { Sender, Turn } from './sender.ts'

/** The nonces of this many transactions that turn out to be none can be filled again; a larger gap stops an account for good. */
const most = 64

/**
 * Lets a turn go on when the chain's count of the account's transactions is believable. One that lies far above ours is
 * kept on disk with the first signature, and can't be taken back: it must have been told for as many blocks as finality takes.
 * A log that knows none yet takes over an account with its past: there it is enough that the count was so high in a final block.
 * @throws EnergywebError `ledger-not-ready`, retryable; `network-unreachable`, `network-refused`
 */
export async function believeCount(sender: Sender, turn: Turn): Promise<void> {
  const { head, count } = turn
  const { network, account, nextNonce } = sender
  const foreign = count - Math.max(0, nextNonce)
  if (foreign <= most || (nextNonce <= 0 && (await wasCounted(sender, turn)))) {
    sender.leapSince = undefined
    return
  }
  const since = sender.leapSince ?? head.number
  // A head that fell is told by another node, and the count then, too.
  sender.leapSince = since > head.number ? head.number : since
  if (head.number - sender.leapSince + 1n >= BigInt(network.confirmations)) return
  const known = nextNonce > 0 ? `, ${foreign} more than this log knows of` : ', of which this log knows none'
  throw new EnergywebError(
    'ledger-not-ready',
    `the node counts ${count} transactions of account ${account}${known}: nothing is signed until it has said so for ${network.confirmations} blocks`,
    {
      retryable: true,
      hint: 'A node that lies for a moment is not believed. Is the key used elsewhere, too?',
    },
  )
}

/** True when the count was nearly as high in the newest final block. Nodes keep what was then for at least 128 blocks. */
async function wasCounted({ network, account }: Sender, { head, count, signal }: Turn): Promise<boolean> {
  const final = head.number - BigInt(network.confirmations) + 1n
  if (final < 0n) return false
  const [answer] = await network.batch(
    [{ method: 'eth_getTransactionCount', params: [account, quantity(final)] }],
    { signal },
  )
  return answer?.error === undefined && count - countOf(answer?.result, 'transaction count') <= most
}
