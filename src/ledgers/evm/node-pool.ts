import type { Clock } from '../../core/clock.ts'
import { EnergywebError, messageOf, toEnergywebError } from '../../core/errors.ts'
import type { NodeStatus } from '../../core/ledger.ts'
import type { Logger } from '../../core/logger.ts'
import { Gathered } from './gathered.ts'
import type { NodeSettings } from './node-address.ts'
import { againAt, inOrder, secondsBehind } from './node-choice.ts'
import type { NodeExamination } from './node-examination.ts'
import { statusOf } from './node-status.ts'
import type { CallOptions, Fetch, RpcAnswer } from './rpc-calls.ts'
import { RpcNode } from './rpc-node.ts'
import { type Calls, type Ready, shareBatch, shareReady } from './shared-calls.ts'

export interface NodePoolOptions {
  /** How messages call the network. */
  readonly name: string
  /** The preferred one first. */
  readonly nodes: readonly NodeSettings[]
  readonly examination: NodeExamination
  readonly clock: Clock
  readonly log: Logger
  readonly random?: () => number
  /** Default: each node's under its TLS policy. */
  readonly fetch?: Fetch
  /** Milliseconds for one request, default 15,000. */
  readonly timeout?: number
  /** Calls in one request, default 50. */
  readonly batchSize?: number
}

type Waiting = { readonly signal?: AbortSignal }

/** Calls that it takes to know a head: whether the node syncs, its newest block, its chain. */
const ofHead = 3

/** A node that is not in use and good is looked at this often, and one that is behind left alone this long. */
const probeEvery = 30_000

/** The nodes of one network: one is in use at a time, and only after it was found to be of use. */
export class NodePool {
  readonly #options: NodePoolOptions
  readonly #nodes: readonly RpcNode[]
  readonly #probing = new Set<RpcNode>()
  readonly #batches: Gathered<Calls, readonly RpcAnswer[]>
  readonly #heads: Gathered<Calls, Ready>
  #current: RpcNode | undefined

  constructor(options: NodePoolOptions) {
    const { name, nodes, clock, random = Math.random, fetch } = options
    if (nodes.length === 0) throw new EnergywebError('config-invalid', `network ${name} names no node`)
    this.#options = options
    const batchSize = options.batchSize ?? 50
    this.#batches = new Gathered((lists, waiting) =>
      shareBatch(lists, { most: batchSize, batch: calls => this.#batch(calls, waiting) }),
    )
    this.#heads = new Gathered((lists, waiting) =>
      shareReady(lists, {
        most: batchSize - ofHead,
        ready: calls => this.#readyWith(calls, waiting),
      }),
    )
    this.#nodes = nodes.map(
      settings =>
        new RpcNode({
          network: name,
          settings,
          ...(fetch && { fetch }),
          clock,
          random,
          timeout: options.timeout ?? 15_000,
          batchSize,
        }),
    )
  }

  /**
   * All calls go to the node in use; those that come at the same time share requests, but for those with lists of their own.
   * @throws EnergywebError `network-unreachable`, retryable.
   */
  async batch(calls: Calls, options: CallOptions = {}): Promise<readonly RpcAnswer[]> {
    if (calls.length === 0) return []
    return options.newList === undefined ? this.#batches.ask(calls, options) : this.#batch(calls, options)
  }

  async #batch(calls: Calls, options: CallOptions): Promise<readonly RpcAnswer[]> {
    const node = this.#current ?? this.#nodes[0]
    return node === undefined ? [] : node.batch(calls, options)
  }

  /** @throws EnergywebError as `EvmNetwork.ready`; with several nodes, what became of each. */
  readyWith(calls: Calls, options: Waiting = {}): Promise<Ready> {
    return this.#heads.ask(calls, options)
  }

  async #readyWith(calls: Calls, options: Waiting): Promise<Ready> {
    const { clock } = this.#options
    const failures: EnergywebError[] = []
    let behind: { readonly node: RpcNode; readonly ready: Ready } | undefined
    for (const node of inOrder(this.#nodes, { current: this.#current, now: clock.monotonic() })) {
      try {
        const ready = await this.#options.examination.ask(node, calls, options)
        if (!this.#isBehind(node)) return this.#use(node, ready)
        // The one that is ahead may be gone: better the newest of those that are there than none.
        if (behind === undefined || ready.head.number > behind.ready.head.number) behind = { node, ready }
      } catch (thrown) {
        options.signal?.throwIfAborted()
        const error = toEnergywebError(thrown)
        failures.push(error)
      }
    }
    if (behind !== undefined) return this.#use(behind.node, behind.ready)
    throw this.#noneOf(failures)
  }

  #isBehind(node: RpcNode): boolean {
    const now = this.#options.clock.monotonic()
    const seconds = secondsBehind(node, this.#nodes, now)
    if (seconds !== undefined) {
      node.setAside({ kind: 'behind', text: `is ${seconds} s behind another node`, until: now + probeEvery })
    } else if (node.fault?.kind === 'behind') {
      node.fault = undefined
    }
    node.goodSince ??= node.fault === undefined ? now : undefined
    return seconds !== undefined
  }

  #use(node: RpcNode, ready: Ready): Ready {
    const { name, log } = this.#options
    if (this.#current !== undefined && this.#current !== node) {
      log.warn(
        { network: name, from: this.#current.name, to: node.name },
        `network ${name}: goes on with ${node.name}`,
      )
    }
    this.#current = node
    return ready
  }

  #noneOf(failures: readonly EnergywebError[]): EnergywebError {
    const [first] = failures
    if (first !== undefined && failures.length === 1) return first
    // As long as any of them may come back, so may the network.
    const hopeful = failures.find(({ retryable }) => retryable) ?? first
    const { code = 'network-unreachable', hint, retryable = true } = hopeful ?? {}
    const prefix = `network ${this.#options.name}: `
    const each = failures.map(({ message }) => message.replace(prefix, '')).join('; ')
    return new EnergywebError(code, `${prefix}none of ${this.#nodes.length} nodes is of use: ${each}`, {
      retryable,
      ...(hint !== undefined && { hint }),
    })
  }

  /** Looks at those that are not in use, where that is due; side by side, and never fails. */
  async probe(options: Waiting = {}): Promise<void> {
    const now = this.#options.clock.monotonic()
    const due = this.#nodes.filter(
      node =>
        node !== this.#current &&
        !this.#probing.has(node) &&
        againAt(node) <= now &&
        (node.circuit.until !== undefined || now - node.askedAt >= probeEvery),
    )
    await Promise.all(due.map(node => this.#probe(node, options)))
  }

  async #probe(node: RpcNode, options: Waiting): Promise<void> {
    const { examination, log, name } = this.#options
    this.#probing.add(node)
    try {
      await examination.ask(node, [], options)
      this.#isBehind(node)
    } catch (error) {
      log.debug({ network: name, node: node.name }, messageOf(error))
    } finally {
      this.#probing.delete(node)
    }
  }

  status(): readonly NodeStatus[] {
    const { clock } = this.#options
    const [now, wall] = [clock.monotonic(), clock.now()]
    return this.#nodes.map(node => statusOf(node, { now, wall, inUse: node === this.#current }))
  }
}
