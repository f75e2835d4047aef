import { type Clock, systemClock } from '../../core/clock.ts'
import { EnergywebError } from '../../core/errors.ts'
import { type Logger, silentLogger } from '../../core/logger.ts'
import { type Head, headOf, quantityOf } from './answers.ts'
import type { FeeSettings } from './fees.ts'
import { type Fetch, JsonRpc, type RpcAnswer, type RpcCall } from './json-rpc.ts'

export interface EvmNetworkOptions {
  readonly name: string
  readonly chainId: bigint
  /** Nodes, tried in order; `http` or `https`. */
  readonly rpc: readonly string[]
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
  readonly log?: Logger
  readonly fetch?: Fetch
}

/** One EVM chain seen through its nodes. Nothing is signed for it before `ready` has found it to be the right one. */
export class EvmNetwork {
  readonly name: string
  readonly chainId: bigint
  readonly confirmations: number
  readonly fees: FeeSettings
  readonly clock: Clock
  readonly #headAge: number
  readonly #log: Logger
  readonly #rpc: JsonRpc
  readonly #turns = new Map<string, Promise<unknown>>()
  #verified: number | undefined

  private constructor(options: EvmNetworkOptions) {
    this.name = options.name
    this.chainId = options.chainId
    this.confirmations = Math.max(1, options.confirmations)
    this.fees = options.fees
    this.clock = options.realClock ?? systemClock
    this.#headAge = options.headAge
    this.#log = options.log ?? silentLogger
    this.#rpc = new JsonRpc({
      name: options.name,
      urls: options.rpc,
      ...(options.fetch && { fetch: options.fetch }),
      ...(options.timeout !== undefined && { timeout: options.timeout }),
    })
  }

  /** Loads the chain client; the node is first asked by `ready`, so that a gateway starts without its network. */
  static async open(options: EvmNetworkOptions): Promise<EvmNetwork> {
    return new EvmNetwork(options)
  }

  /**
   * Makes sure that the node is there, speaks for the configured chain (asked at the first use and after every break)
   * and is synced: it says so itself and its newest block is young enough.
   * @throws EnergywebError `network-unreachable`, `network-refused`, `network-wrong-chain`, `network-not-synced`; all but
   * the third retryable.
   */
  async ready(options: { signal?: AbortSignal } = {}): Promise<Head> {
    return (await this.readyWith([], options)).head
  }

  /**
   * `ready`, and these calls in the same request: behind one address there may be many nodes, and what is compared with
   * the head must come from the node whose head it is.
   * @throws EnergywebError as `ready`.
   */
  async readyWith(
    calls: readonly RpcCall[],
    options: { signal?: AbortSignal } = {},
  ): Promise<{ readonly head: Head; readonly results: readonly unknown[] }> {
    const connection = this.#rpc.connection
    const verified = this.#verified === connection
    const asked = [
      { method: 'eth_syncing', params: [] },
      { method: 'eth_getBlockByNumber', params: ['latest', false] },
      ...calls,
      ...(verified ? [] : [{ method: 'eth_chainId', params: [] }]),
    ]
    const answers = await this.batch(asked, options)
    const [syncing, latest] = answers
    try {
      if (!verified) {
        this.#checkChain(quantityOf(this.#result('eth_chainId', answers.at(-1)), 'chain id'), connection)
      }
      const head = this.#synced(syncing, latest)
      const own = answers.slice(2, 2 + calls.length)
      return { head, results: own.map((answer, i) => this.#result(calls[i]?.method ?? '', answer)) }
    } catch (error) {
      // One that is of no use must not stand before one that is.
      this.#rpc.moveOn(connection)
      throw error
    }
  }

  #synced(syncing: RpcAnswer | undefined, latest: RpcAnswer | undefined): Head {
    const head = headOf(this.#result('eth_getBlockByNumber', latest))
    if (head === undefined || this.#result('eth_syncing', syncing) !== false) {
      throw this.#notSynced('the node says that it is still syncing')
    }
    const age = this.clock.now() - Number(head.timestamp) * 1_000
    if (Math.abs(age) > this.#headAge) {
      const seconds = Math.round(Math.abs(age) / 1_000)
      throw this.#notSynced(
        age > 0
          ? `the newest block is ${seconds} s old, at most ${this.#headAge / 1_000} s are allowed`
          : `the newest block lies ${seconds} s in the future: whose clock is wrong?`,
      )
    }
    return head
  }

  /** One call. @throws EnergywebError `network-unreachable`, `network-refused`; both retryable. */
  call(method: string, params: readonly unknown[], options: { signal?: AbortSignal } = {}): Promise<unknown> {
    return this.#rpc.call(method, params, options)
  }

  /** Many calls, answered in their order. @throws EnergywebError `network-unreachable`, retryable. */
  batch(calls: readonly RpcCall[], options: { signal?: AbortSignal } = {}): Promise<readonly RpcAnswer[]> {
    return this.#rpc.batch(calls, options)
  }

  /** Many calls that must all succeed; their results. @throws EnergywebError as `call`. */
  async results(
    calls: readonly RpcCall[],
    options: { signal?: AbortSignal } = {},
  ): Promise<readonly unknown[]> {
    const answers = await this.batch(calls, options)
    return answers.map((answer, i) => this.#result(calls[i]?.method ?? '', answer))
  }

  /** Lets one at a time deal with an account: whoever takes its nonces must be alone. */
  exclusive<Result>(account: string, run: () => Promise<Result>): Promise<Result> {
    const before = this.#turns.get(account) ?? Promise.resolve()
    const turn = before.then(run, run)
    this.#turns.set(account, turn)
    return turn
  }

  #result(method: string, answer: RpcAnswer | undefined): unknown {
    if (answer?.error !== undefined) throw this.#rpc.failed(method, answer.error)
    return answer?.result
  }

  #checkChain(found: bigint, connection: number): void {
    if (found !== this.chainId) {
      throw new EnergywebError(
        'network-wrong-chain',
        `network ${this.name}: the node is on chain ${found}, configured is ${this.chainId}; nothing is signed`,
        { hint: 'Correct `rpc` or `chainId` of the network.' },
      )
    }
    this.#verified = connection
    this.#log.info({ network: this.name, chainId: found.toString() }, 'connected to the chain')
  }

  #notSynced(why: string): EnergywebError {
    return new EnergywebError('network-not-synced', `network ${this.name}: ${why}`, {
      retryable: true,
      hint: 'Wait for the node to catch up, or use another node. A development node that mines only on demand needs a larger head age.',
    })
  }
}
