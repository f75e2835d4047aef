import { EnergywebError } from '../../core/errors.ts'
import type { EventLog, Head } from '../evm/answers.ts'
import { fitsFilter, type LogFilter, packedLogsNear, packedLogsOf } from '../evm/find-logs.ts'
import type { EvmNetwork } from '../evm/network.ts'
import { PackedLogs } from '../evm/packed-logs.ts'
import { quantity } from '../evm/rpc-calls.ts'
import { type BlockHeader, blockHeaderOf } from './block-header.ts'

/** How a chain looks from where a follower stands. */
export interface ChainView {
  readonly head: Head
  /** Hash of the block asked about; undefined when the node has no such block. */
  readonly anchor: string | undefined
  /** The blocks from `next` on, as far as they were asked for and are there, without a hole. */
  readonly blocks: readonly BlockHeader[]
}

export interface HistoryPage {
  /** In the order of the chain. */
  readonly logs: PackedLogs
  /** The highest block that was searched. */
  readonly last: Head
}

const blockCall = (number: bigint) => ({
  method: 'eth_getBlockByNumber',
  params: [quantity(number), false],
})

/** What a follower of events asks of a network. */
export class ChainReader {
  readonly #network: EvmNetwork
  readonly #filter: LogFilter

  constructor(network: EvmNetwork, filter: LogFilter) {
    this.#network = network
    this.#filter = filter
  }

  /**
   * The newest block, a block known before, and the next ones, in one request: they must be of one node.
   * @throws EnergywebError as `EvmNetwork.ready`
   */
  async look(
    known: bigint | undefined,
    { next, ahead }: { next: bigint | undefined; ahead: number },
  ): Promise<ChainView> {
    const numbers = next === undefined ? [] : Array.from({ length: ahead }, (_, i) => next + BigInt(i))
    const asked = known === undefined ? numbers : [known, ...numbers]
    const { head, results } = await this.#network.readyWith(asked.map(blockCall))
    const found = results.map(blockHeaderOf)
    const [anchor] = known === undefined ? [] : found.splice(0, 1)
    const end = found.findIndex((block, i) => block?.number !== numbers[i])
    const blocks = (end === -1 ? found : found.slice(0, end)).filter(block => block !== undefined)
    return { head, anchor: anchor?.hash, blocks }
  }

  /**
   * Hashes of blocks, in their order.
   * @throws EnergywebError as `EvmNetwork.results`; `network-not-synced` when the node has not all of them
   */
  async hashesOf(numbers: readonly bigint[]): Promise<readonly string[]> {
    const results = await this.#network.results(numbers.map(blockCall))
    return results.map((result, i) => {
      const block = blockHeaderOf(result)
      if (block !== undefined) return block.hash
      throw new EnergywebError('network-not-synced', `the node asked has no block ${numbers[i]} yet`, {
        retryable: true,
      })
    })
  }

  /**
   * The logs from a block on that `fits` takes, in as many blocks as the node lets be searched at once.
   * @throws EnergywebError as `packedLogsNear`
   */
  page(
    at: bigint,
    { limit, fits }: { limit: bigint; fits: (log: EventLog) => boolean },
  ): Promise<HistoryPage> {
    return packedLogsNear(this.#network, this.#filter, { at, limit, fits })
  }

  /**
   * The logs of each of these blocks. They are asked for by the block's hash: a node that does not have this very block
   * can't answer with another one's.
   * @throws EnergywebError as `EvmNetwork.results`; `network-unreachable` when it does all the same
   */
  async logsOf(blocks: readonly BlockHeader[]): Promise<readonly (readonly EventLog[])[]> {
    const results = await this.#network.results(
      blocks.map(({ hash }) => ({ method: 'eth_getLogs', params: [{ ...this.#filter, blockHash: hash }] })),
      { newList: () => new PackedLogs(log => fitsFilter(log, this.#filter)) },
    )
    return blocks.map(({ hash, number, timestamp }, i) => {
      const packed = packedLogsOf(results[i])
      const logs = Array.from(packed, log => ({ ...log, time: Number(timestamp) }))
      packed.release()
      if (logs.every(({ blockHash, block }) => blockHash === hash && block === number)) return logs
      throw new EnergywebError(
        'network-unreachable',
        `asked for logs of block ${hash} the node gave others`,
        { retryable: true },
      )
    })
  }
}
