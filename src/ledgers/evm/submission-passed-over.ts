import type { Sender, Turn } from './sender.ts'

/** So many blocks without our first transaction, and the node is asked for it; then twice as many, and so on. */
const firstPatience = 3n

/**
 * True when the nonce that all others wait for was left out of several blocks and the node has lost it: what stands behind
 * it is held back, or lost, too. What the node still has only waits, like that of a thousand accounts in front of full
 * blocks: all of it sent again and again would keep the node from making them.
 */
export async function isPassedOver(sender: Sender, turn: Turn): Promise<boolean> {
  const { head, count } = turn
  const { front } = sender
  if (front?.nonce !== count) {
    const at = sender.network.clock.monotonic()
    sender.front = { nonce: count, at, since: head.number, patience: firstPatience }
    return false
  }
  if (head.number - front.since < front.patience) return false
  const isLost = !(await isWaiting(sender, turn))
  sender.front = { ...front, since: head.number, patience: front.patience * 2n }
  return isLost
}

/** The node has a variant of what the chain waits for; one that does not say so is taken to have none. */
async function isWaiting({ book, network }: Sender, { count, signal }: Turn): Promise<boolean> {
  const first = book?.find(({ nonce }) => nonce === count)
  const calls = (first?.variants ?? []).map(({ hash }) => ({
    method: 'eth_getTransactionByHash',
    params: [hash],
  }))
  const answers = await network.batch(calls, { signal })
  return answers.some(({ result }) => typeof result === 'object' && result !== null)
}
