import type { CustomTransport } from 'viem'
import { type Clock, systemClock } from '../../core/clock.ts'
import { isEnergywebError } from '../../core/errors.ts'
import type { NetworkStatus } from '../../core/ledger.ts'
import { silentLogger } from '../../core/logger.ts'
import type { TlsPolicy } from '../../core/tls-policy.ts'
import type { DurableCalls, DurableCallsOptions } from '../calls/durable-calls.ts'
import type { EvmContract } from '../contract/contract.ts'
import type { AbiOf, AbiSource } from '../contract/contract-types.ts'
import type { DeployedContract, DeployOptions } from '../contract/deploy.ts'
import type { MinedTransaction, WaitOptions } from '../contract/wait-for.ts'
import type { Head } from './answers.ts'
import { FeeMarket } from './fee-market.ts'
import type { FeeSettings } from './fees.ts'
import { LogRange } from './log-range.ts'
import {
  type EvmNetworkOptions,
  type SettledNetworkOptions,
  settleNetworkOptions,
} from './network-options.ts'
import { socketAddress } from './node-address.ts'
import { failed, NodeExamination } from './node-examination.ts'
import { NodePool } from './node-pool.ts'
import { OneByOne } from './one-by-one.ts'
import type { CallOptions, RpcAnswer, RpcCall } from './rpc-calls.ts'

export type { EvmNetworkOptions } from './network-options.ts'

type Waiting = { readonly signal?: AbortSignal }

/** A node that was found to be of use is asked for so long, in milliseconds, without looking again. */
const usefulFor = 2_000

/**
 * One EVM chain seen through its nodes. Nothing is signed for it before `ready` has found it to be the right one.
 *
 * @example
 * const network = await EvmNetwork.open({ preset: 'volta' })
 * const meter = await network.contract({ address, abi: ['function total(uint256 id) view returns (uint256)'] })
 * const total = await meter.call('total', [7n])
 */
export class EvmNetwork {
  readonly name: string
  readonly chainId: bigint
  readonly confirmations: number
  readonly fees: FeeSettings
  readonly clock: Clock
  /** Where a node tells of new blocks; undefined: they are asked for. */
  readonly ws: string | undefined
  /** What nodes must prove that say nothing else, and the one behind `ws`. */
  readonly tls: TlsPolicy
  /** How many blocks a search for logs may span. */
  readonly logRange = new LogRange()
  /** Who has much to sign waits here first: what one account signs goes out while the next one signs. */
  readonly signing = new OneByOne()
  readonly #pool: NodePool
  readonly #market: FeeMarket
  readonly #turns = new Map<string, Promise<unknown>>()
  /** Monotonic milliseconds: a node was found to be of use. */
  #readyAt = Number.NEGATIVE_INFINITY

  private constructor(options: SettledNetworkOptions) {
    this.name = options.name
    this.chainId = options.chainId
    this.confirmations = Math.max(1, options.confirmations)
    this.fees = options.fees
    this.ws = options.ws === undefined ? undefined : socketAddress(options.ws)
    const tls = options.tls ?? 'required'
    this.tls = tls
    this.#market = new FeeMarket(options.fees)
    this.clock = options.realClock ?? systemClock
    const log = options.log ?? silentLogger
    const { name, chainId, headAge } = options
    this.#pool = new NodePool({
      name,
      nodes: options.rpc.map(node => (typeof node === 'string' ? { url: node, tls } : { tls, ...node })),
      examination: new NodeExamination({ network: name, chainId, headAge, clock: this.clock, log }),
      clock: this.clock,
      log,
      ...(options.random && { random: options.random }),
      ...(options.fetch && { fetch: options.fetch }),
      ...(options.timeout !== undefined && { timeout: options.timeout }),
    })
  }

  /**
   * The nodes are first asked when something is wanted of them, so that a gateway starts without its network.
   * @throws EnergywebError `config-invalid` without a chain or a node, for an address that is none, or a preset that nobody knows
   */
  static async open(options: EvmNetworkOptions): Promise<EvmNetwork> {
    return new EvmNetwork(await settleNetworkOptions(options))
  }

  /**
   * A contract of this chain. The chain is not asked.
   * @throws EnergywebError `abi-invalid`, `argument-invalid` for an address that is none
   */
  async contract<const source extends AbiSource>(options: {
    address: string
    abi: source
  }): Promise<EvmContract<AbiOf<source>>> {
    const { EvmContract } = await import('../contract/contract.ts')
    return EvmContract.at(this, options)
  }

  /**
   * Creates a contract, and waits until it is there.
   * @throws EnergywebError `transaction-reverted` with the constructor's reason, and as `EvmContract.sendRaw`
   */
  async deploy<const source extends AbiSource>(
    options: DeployOptions<source>,
  ): Promise<DeployedContract<AbiOf<source>>> {
    const { deployContract } = await import('../contract/deploy.ts')
    return deployContract(this, options)
  }

  /**
   * Waits for a transaction, whoever sent it, until it lies in a block under so many confirmations.
   * @throws EnergywebError `transaction-reverted`; `network-unreachable`, retryable, when the time is over: it may still be mined
   */
  async waitFor(transaction: string, options: WaitOptions = {}): Promise<MinedTransaction> {
    const { waitFor } = await import('../contract/wait-for.ts')
    return waitFor(this, transaction, options)
  }

  /**
   * True when a node is there that follows the chain: it says so itself, and its newest block is young enough. False when
   * none does.
   * @throws EnergywebError `network-unreachable`, retryable; `network-wrong-chain`
   */
  async isSynced(options: Waiting = {}): Promise<boolean> {
    try {
      await this.ready(options)
      return true
    } catch (error) {
      if (isEnergywebError(error, 'network-not-synced')) return false
      throw error
    }
  }

  /**
   * The calls that an account keeps in a log until they are made (`sendRaw` with `log`). What an earlier process left is gone
   * on with from here on.
   * @throws EnergywebError `log-io`, `log-closed`
   */
  async durableCalls(options: DurableCallsOptions): Promise<DurableCalls> {
    const { durableCalls } = await import('../calls/make-durably.ts')
    return durableCalls(this, options)
  }

  /** These nodes, with all that is done about their failures, as a transport for viem's own clients. */
  async viemTransport(): Promise<CustomTransport> {
    const { viemTransport } = await import('../contract/viem-transport.ts')
    return viemTransport(this)
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
  async readyWith(
    calls: readonly RpcCall[],
    options: Waiting = {},
  ): Promise<{ readonly head: Head; readonly results: readonly unknown[] }> {
    const ready = await this.#pool.readyWith(calls, options)
    this.#readyAt = this.clock.monotonic()
    return ready
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
   * One request of JSON-RPC, as the node answers it; it must be one that may be asked twice.
   * @throws EnergywebError as `answers`; `network-refused`, retryable
   */
  async request(method: string, params: readonly unknown[], options: Waiting = {}): Promise<unknown> {
    const [answer] = await this.answers([{ method, params }], options)
    if (answer?.error !== undefined) throw failed(this.name, method, answer.error)
    return answer?.result
  }

  /**
   * Many calls to a node that is of use, answered in their order, refusals too. When it breaks, the next one is asked the same:
   * so they must be such that may be asked twice.
   * @throws EnergywebError `network-unreachable`, `network-not-synced`, both retryable; `network-wrong-chain`
   */
  async answers(calls: readonly RpcCall[], options: Waiting = {}): Promise<readonly RpcAnswer[]> {
    if (this.clock.monotonic() - this.#readyAt > usefulFor) await this.ready(options)
    try {
      return await this.batch(calls, options)
    } catch (error) {
      options.signal?.throwIfAborted()
      const isAway = isEnergywebError(error, 'network-unreachable') || isEnergywebError(error, 'tls-refused')
      if (!isAway) throw error
      await this.ready(options)
      return this.batch(calls, options)
    }
  }

  /** Many calls to the node in use, answered in their order. @throws EnergywebError `network-unreachable`, retryable. */
  batch(calls: readonly RpcCall[], options: CallOptions = {}): Promise<readonly RpcAnswer[]> {
    return this.#pool.batch(calls, options)
  }

  /**
   * Many calls to the node in use that must all succeed; their results.
   * @throws EnergywebError `network-unreachable`, `network-refused`; both retryable.
   */
  async results(calls: readonly RpcCall[], options: CallOptions = {}): Promise<readonly unknown[]> {
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
