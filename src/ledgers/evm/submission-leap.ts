import { EnergywebError } from '../../core/errors.ts'
import type { Sender, Turn } from './sender.ts'

/** The nonces of this many transactions that turn out to be none can be filled again; a larger gap stops an account for good. */
const most = 64

/**
 * Lets a turn go on when the chain's count of the account's transactions is believable. One that lies far above ours is
 * kept on disk with the first signature, and can't be taken back: it must have been told for as many blocks as finality takes.
 * @throws EnergywebError `ledger-not-ready`, retryable
 */
export function believeCount(sender: Sender, { head, count }: Turn): void {
  const { network, account, nextNonce } = sender
  const foreign = count - Math.max(0, nextNonce)
  if (foreign <= most) {
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
