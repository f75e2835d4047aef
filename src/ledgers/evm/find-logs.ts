import { EnergywebError, isEnergywebError } from '../../core/errors.ts'
import { type EventLog, headOf, logsOf } from './answers.ts'
import type { EvmNetwork } from './network.ts'

export interface LogFilter {
  readonly address: string
  readonly topics: readonly string[]
}

const quantity = (value: bigint) => `0x${value.toString(16)}`

/** Ranges at or below this many blocks are not split: a node that refuses one is not limiting ranges. */
const smallestRange = 8n

/**
 * The earliest logs in a range of blocks. Nodes limit ranges each in their own way, so a refused range is split in
 * halves, the earlier one first; what was found ends the search.
 * @throws EnergywebError `network-unreachable`; `network-refused`; `network-not-synced` when the node asked does not have
 * the range's last block, as its "nothing" would mean nothing; all retryable.
 */
export async function findFirstLogs(
  network: EvmNetwork,
  filter: LogFilter,
  range: { from: bigint; to: bigint; signal?: AbortSignal },
): Promise<readonly EventLog[]> {
  const { from, to, signal } = range
  // Some nodes refuse a range beyond their head, and an empty range.
  if (from > to) return []
  const options = signal === undefined ? {} : { signal }
  try {
    const query = { ...filter, fromBlock: quantity(from), toBlock: quantity(to) }
    const [block, logs] = await network.results(
      [
        { method: 'eth_getBlockByNumber', params: [quantity(to), false] },
        { method: 'eth_getLogs', params: [query] },
      ],
      options,
    )
    if (headOf(block) === undefined) {
      throw new EnergywebError('network-not-synced', `the node asked for logs has no block ${to} yet`, {
        retryable: true,
      })
    }
    return logsOf(logs)
  } catch (error) {
    signal?.throwIfAborted()
    if (to - from <= smallestRange || !isEnergywebError(error, 'network-refused')) throw error
    const middle = (from + to) / 2n
    const early = await findFirstLogs(network, filter, { ...range, to: middle })
    return early.length > 0 ? early : findFirstLogs(network, filter, { ...range, from: middle + 1n })
  }
}
