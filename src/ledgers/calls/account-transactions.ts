import { countOf, type EventLog, hashOf, headOf, hexOf, quantityOf } from '../evm/answers.ts'
import type { EvmNetwork } from '../evm/network.ts'
import { quantity } from '../evm/rpc-calls.ts'

/** A transaction in a block. */
export interface AccountTransaction {
  readonly hash: string
  readonly nonce: number
  readonly to: string
  readonly data: string
  /** Wei. */
  readonly value: bigint
  readonly block: bigint
  readonly blockHash: string
}

/** Blocks that are asked for in one request. */
export const blocksAtOnce = 25n

/**
 * The account's calls in a range of blocks, as the blocks have them: a chain has no index of them.
 * @throws EnergywebError `network-unreachable`, `network-refused`, both retryable
 */
export async function transactionsBy(
  network: EvmNetwork,
  account: string,
  { from, to, signal }: { from: bigint; to: bigint; signal?: AbortSignal },
): Promise<readonly AccountTransaction[]> {
  const numbers = Array.from({ length: Number(to - from) + 1 }, (_, i) => from + BigInt(i))
  const blocks = await network.results(
    numbers.map(number => ({ method: 'eth_getBlockByNumber', params: [quantity(number), true] })),
    signal === undefined ? {} : { signal },
  )
  return blocks.flatMap(block => callsIn(block, account))
}

function callsIn(value: unknown, account: string): readonly AccountTransaction[] {
  const head = headOf(value)
  if (head === undefined || typeof value !== 'object' || value === null) return []
  const list: readonly unknown[] =
    'transactions' in value && Array.isArray(value.transactions) ? value.transactions : []
  return list.flatMap(item => {
    if (typeof item !== 'object' || item === null) return []
    const { from, to, hash, nonce, input, value: amount } = item as Record<string, unknown>
    if (typeof from !== 'string' || from.toLowerCase() !== account || typeof to !== 'string') return []
    return [
      {
        hash: hashOf(hash, 'transaction hash'),
        nonce: countOf(nonce, 'nonce'),
        to: to.toLowerCase(),
        data: hexOf(input, 'input'),
        value: quantityOf(amount, 'value'),
        block: head.number,
        blockHash: head.hash,
      },
    ]
  })
}

/**
 * The block in which an account used up a nonce, by halving; undefined when it is none of the range, or the node does not keep
 * what accounts were so long ago.
 */
export async function blockOfNonce(
  network: EvmNetwork,
  account: string,
  { nonce, from, to, signal }: { nonce: number; from: bigint; to: bigint; signal?: AbortSignal },
): Promise<bigint | undefined> {
  const usedAt = async (block: bigint): Promise<boolean | undefined> => {
    const params = [account, quantity(block)]
    const [answer] = await network.batch(
      [{ method: 'eth_getTransactionCount', params }],
      signal === undefined ? {} : { signal },
    )
    if (answer === undefined || answer.error !== undefined) return undefined
    return quantityOf(answer.result, 'transaction count') > BigInt(nonce)
  }
  if ((await usedAt(to)) !== true) return undefined
  let [low, high] = [from, to]
  while (low < high) {
    const middle = (low + high) / 2n
    const used = await usedAt(middle)
    if (used === undefined) return undefined
    if (used) high = middle
    else low = middle + 1n
  }
  return low
}

/** A transaction in the form in which registrations are found: its call stands where an event's would. */
export function logOfTransaction(transaction: AccountTransaction): EventLog {
  const { to: address, data, block, blockHash, hash, value, nonce } = transaction
  return {
    address,
    topics: [quantity(value), quantity(BigInt(nonce))],
    data,
    block,
    blockHash,
    transaction: hash,
    logIndex: 0,
  }
}

/** True when it is this call. */
export function isCall(log: EventLog, call: { to: string; data: string }, payment: bigint): boolean {
  return log.address === call.to && log.data === call.data && log.topics[0] === quantity(payment)
}
