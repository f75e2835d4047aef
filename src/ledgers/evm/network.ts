import { type Clock, systemClock } from '../../core/clock.ts'
import type { NetworkStatus } from '../../core/ledger.ts'
import { type Logger, silentLogger } from '../../core/logger.ts'
import type { Head } from './answers.ts'
import { FeeMarket } from './fee-market.ts'
import type { FeeSettings } from './fees.ts'
import { LogRange } from './log-range.ts'
import type { NodeSettings } from './node-address.ts'
import { failed, NodeExamination } from './node-examination.ts'
import { NodePool } from './node-pool.ts'
import type { Fetch, RpcAnswer, RpcCall } from './rpc-calls.ts'

export interface EvmNetworkOptions {
  readonly name: string
  readonly chainId: bigint
  /** Nodes, the preferred one first; `http` or `https`. */
  readonly rpc: readonly (string | NodeSettings)[]
  /** Blocks until a registration is final, its own included; at least 1. */
  readonly confirmations: number
  readonly fees: FeeSettings
  /** Oldest head, in milliseconds, that counts as synced. */
  readonly headAge: number
  /** Milliseconds for one request, default 15,000. */
  readonly timeout?: number
  /**
   * Chain time is real: a gateway on a scaled clock must not pass that one on. Only tests give another; default the
   * machine's clock.
   */
  readonly realClock?: Clock
  readonly random?: () => number
  readonly log?: Logger
  readonly fetch?: Fetch
}

type Waiting = { readonly signal?: AbortSignal }

/** One EVM chain seen through its nodes. Nothing is signed for it before `ready` has found it to be the right one. */
export class EvmNetwork {
  readonly name: string
  readonly chainId: bigint
  readonly confirmations: number
  readonly fees: FeeSettings
  readonly clock: Clock
  /** How many blocks a search for logs may span. */
  readonly logRange = new LogRange()
  readonly #pool: NodePool
  readonly #market: FeeMarket
  readonly #turns = new Map<string, Promise<unknown>>()

  private constructor(options: EvmNetworkOptions) {
    this.name = options.name
    this.chainId = options.chainId
    this.confirmations = Math.max(1, options.confirmations)
    this.fees = options.fees
    this.#market = new FeeMarket(options.fees)
    this.clock = options.realClock ?? systemClock
    const log = options.log ?? silentLogger
    const { name, chainId, headAge } = options
    this.#pool = new NodePool({
      name,
      nodes: options.rpc.map(node => (typeof node === 'string' ? { url: node } : node)),
      examination: new NodeExamination({ network: name, chainId, headAge, clock: this.clock, log }),
      clock: this.clock,
      log,
      ...(options.random && { random: options.random }),
      ...(options.fetch && { fetch: options.fetch }),
      ...(options.timeout !== undefined && { timeout: options.timeout }),
    })
  }

  /**
   * The nodes are first asked by `ready`, so that a gateway starts without its network.
   * @throws EnergywebError `config-invalid` without a node, or with an address that is none
   */
  static async open(options: EvmNetworkOptions): Promise<EvmNetwork> {
    return new EvmNetwork(options)
  }

  /**
   * Makes sure that a node is there, speaks for the configured chain (asked at its first use and after every break)
   * and is synced: it says so itself and its newest block is young enough. One that is not is left for the next.
   * @throws EnergywebError `network-unreachable`, `network-refused`, `network-wrong-chain`, `network-not-synced`; all but
   * the third retryable.
   */
  async ready(options: Waiting = {}): Promise<Head> {
    return (await this.readyWith([], options)).head
  }

  /**
   * `ready`, and these calls in the same request: behind one address there may be many nodes, and what is compared with
   * the head must come from the node whose head it is.
   * @throws EnergywebError as `ready`.
   */
  readyWith(
    calls: readonly RpcCall[],
    options: Waiting = {},
  ): Promise<{ readonly head: Head; readonly results: readonly unknown[] }> {
    return this.#pool.readyWith(calls, options)
  }

  /**
   * Asks the nodes that are not in use whether they could be, where that is due. Nobody need wait for it; what they say
   * stands in `status`.
   */
  probe(options: Waiting = {}): Promise<void> {
    return this.#pool.probe(options)
  }

  /** How its nodes do. */
  status(): NetworkStatus {
    return { network: this.name, nodes: this.#pool.status() }
  }

  /**
   * How to pay now: the settings, with the tip that others pay where that is configured.
   * @throws EnergywebError `network-unreachable`, retryable
   */
  feesAt(head: Head, options: Waiting = {}): Promise<FeeSettings> {
    const batch = (calls: readonly RpcCall[]) => this.batch(calls, options)
    return this.#market.settings(head, { now: this.clock.monotonic(), batch })
  }

  /**
   * One request of JSON-RPC, as the node answers it.
   * @throws EnergywebError `network-unreachable`, `network-refused`; both retryable.
   */
  async request(method: string, params: readonly unknown[], options: Waiting = {}): Promise<unknown> {
    const [result] = await this.results([{ method, params }], options)
    return result
  }

  /** Many calls to one node, answered in their order. @throws EnergywebError `network-unreachable`, retryable. */
  batch(calls: readonly RpcCall[], options: Waiting = {}): Promise<readonly RpcAnswer[]> {
    return this.#pool.batch(calls, options)
  }

  /** Many calls that must all succeed; their results. @throws EnergywebError as `request`. */
  async results(calls: readonly RpcCall[], options: Waiting = {}): Promise<readonly unknown[]> {
    const answers = await this.batch(calls, options)
    return answers.map((answer, i) => {
      if (answer.error !== undefined) throw failed(this.name, calls[i]?.method ?? '', answer.error)
      return answer.result
    })
  }

  /** Lets one at a time deal with an account: whoever takes its nonces must be alone. */
  exclusive<Result>(account: string, run: () => Promise<Result>): Promise<Result> {
    const before = this.#turns.get(account) ?? Promise.resolve()
    const turn = before.then(run, run)
    this.#turns.set(account, turn)
    return turn
  }
}
