import type { Clock } from '../../core/clock.ts'
import { EnergywebError, isEnergywebError } from '../../core/errors.ts'
import type { Logger } from '../../core/logger.ts'
import { type Head, headOf, quantityOf } from './answers.ts'
import type { RpcAnswer, RpcCall, RpcError } from './rpc-calls.ts'
import type { RpcNode } from './rpc-node.ts'

export interface ExaminationOptions {
  readonly network: string
  readonly chainId: bigint
  /** Oldest head, in milliseconds, that counts as synced. */
  readonly headAge: number
  readonly clock: Clock
  readonly log: Logger
}

/** So long a node on another chain is left alone, and one that still syncs. */
const wrongChainPause = 300_000
const syncingPause = 30_000

/** What a node's own error means when no other meaning is known: the node is there, and it may pass. */
export function failed(network: string, method: string, error: RpcError): EnergywebError {
  const text = `network ${network}: ${method} failed: ${error.message.slice(0, 300)} (code ${error.code})`
  return new EnergywebError('network-refused', text, { retryable: true })
}

/** Finds out whether a node is of use: on the configured chain, synced, its newest block young. */
export class NodeExamination {
  readonly #options: ExaminationOptions

  constructor(options: ExaminationOptions) {
    this.#options = options
  }

  /**
   * Asks for what it takes to know, and for these calls, in one request.
   * @throws EnergywebError `network-unreachable`, `network-refused`, `network-wrong-chain`, `network-not-synced`; what
   * was found stands in the node.
   */
  async ask(
    node: RpcNode,
    calls: readonly RpcCall[],
    options: { signal?: AbortSignal },
  ): Promise<{ readonly head: Head; readonly results: readonly unknown[] }> {
    const { verified } = node
    const asked = [
      { method: 'eth_syncing', params: [] },
      { method: 'eth_getBlockByNumber', params: ['latest', false] },
      ...calls,
      ...(verified ? [] : [{ method: 'eth_chainId', params: [] }]),
    ]
    const answers = await node.batch(asked, options)
    const [syncing, latest] = answers
    try {
      if (!verified)
        this.#checkChain(node, quantityOf(this.#result('eth_chainId', answers.at(-1)), 'chain id'))
      const head = this.#synced(node, syncing, latest)
      const own = answers.slice(2, 2 + calls.length)
      const results = own.map((answer, i) => this.#result(calls[i]?.method ?? '', answer))
      if (node.fault?.kind !== 'behind') node.fault = undefined
      return { head, results }
    } catch (error) {
      // Nonsense is as good as no answer.
      if (isEnergywebError(error, 'network-unreachable')) node.broke()
      throw error
    }
  }

  #result(method: string, answer: RpcAnswer | undefined): unknown {
    if (answer?.error !== undefined) throw failed(this.#options.network, method, answer.error)
    return answer?.result
  }

  #checkChain(node: RpcNode, found: bigint): void {
    const { network, chainId, clock, log } = this.#options
    if (found !== chainId) {
      const until = clock.monotonic() + wrongChainPause
      node.setAside({ kind: 'wrong-chain', text: `is on chain ${found}`, until })
      throw new EnergywebError(
        'network-wrong-chain',
        `network ${network}: ${node.name} is on chain ${found}, configured is ${chainId}; nothing is signed`,
        { hint: 'Correct `rpc` or `chainId` of the network.' },
      )
    }
    node.verified = true
    log.info({ network, node: node.name, chainId: found.toString() }, 'connected to the chain')
  }

  #synced(node: RpcNode, syncing: RpcAnswer | undefined, latest: RpcAnswer | undefined): Head {
    const { headAge, clock } = this.#options
    const head = headOf(this.#result('eth_getBlockByNumber', latest))
    if (head !== undefined) {
      node.head = { number: head.number, timestamp: head.timestamp, at: clock.monotonic() }
    }
    if (head === undefined || this.#result('eth_syncing', syncing) !== false) {
      throw this.#notSynced(node, 'says that it is still syncing')
    }
    const age = clock.now() - Number(head.timestamp) * 1_000
    if (Math.abs(age) <= headAge) return head
    const seconds = Math.round(Math.abs(age) / 1_000)
    throw this.#notSynced(
      node,
      age > 0
        ? `has a newest block that is ${seconds} s old, at most ${headAge / 1_000} s are allowed`
        : `has a newest block that lies ${seconds} s in the future: whose clock is wrong?`,
    )
  }

  #notSynced(node: RpcNode, text: string): EnergywebError {
    node.setAside({ kind: 'syncing', text, until: this.#options.clock.monotonic() + syncingPause })
    return new EnergywebError(
      'network-not-synced',
      `network ${this.#options.network}: ${node.name} ${text}`,
      {
        retryable: true,
        hint: 'Wait for the node to catch up, or use another node. A development node that mines only on demand needs a larger head age.',
      },
    )
  }
}
