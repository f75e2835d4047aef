import { openFetch } from '../../connections/index.ts'
import { type Clock, sleep, systemClock } from '../../core/clock.ts'
import { Circuit } from './circuit.ts'
import { type NodeSettings, nodeAddress } from './node-address.ts'
import { post, type TransportOptions, unreachable } from './node-transport.ts'
import { isBatchLimit, isRateLimit } from './rate-limit.ts'
import { type CallOptions, type Fetch, type RpcAnswer, type RpcCall, readAnswer } from './rpc-calls.ts'
import { Slots } from './slots.ts'
import { TokenBucket } from './token-bucket.ts'

export interface RpcNodeOptions {
  readonly network: string
  readonly settings: NodeSettings
  /** Default: one under the node's TLS policy. */
  readonly fetch?: Fetch
  readonly timeout: number
  /** Calls in one request, at most. */
  readonly batchSize: number
  readonly clock: Clock
  readonly random: () => number
}

/** Something that makes a node useless although it answers. */
export interface NodeFault {
  readonly kind: 'wrong-chain' | 'syncing' | 'behind'
  readonly text: string
  /** Monotonic milliseconds until which it is not asked again without need. */
  readonly until: number
}

/** What was seen of its newest block. */
export interface SeenHead {
  readonly number: bigint
  /** Seconds since 1970, by the block. */
  readonly timestamp: bigint
  /** Monotonic milliseconds. */
  readonly at: number
}

/** A limit shorter than this is waited for; a longer one is the caller's to deal with, maybe at another node. */
const patience = 5_000
/** So often in one go. */
const mostLimits = 4
/** Few enough for any node, and enough that one that hangs holds no other back. */
const requestsAtOnce = 8
const shortestLimit = 1_000
const longestLimit = 60_000
/** How much one request moves the average. */
const weight = 0.2

/** One node of a network: keeps its limits, and remembers how it does. */
export class RpcNode {
  readonly circuit: Circuit
  /** Found to be on the right chain, without a break since. */
  verified = false
  fault: NodeFault | undefined
  head: SeenHead | undefined
  /** Monotonic milliseconds: good without a break since; last asked. */
  goodSince: number | undefined
  askedAt = Number.NEGATIVE_INFINITY
  /** Average of the last answers, milliseconds. */
  latency: number | undefined
  /** Monotonic milliseconds until which the node wants no request of ours. */
  limitedUntil = Number.NEGATIVE_INFINITY
  readonly #options: RpcNodeOptions
  readonly #transport: TransportOptions
  readonly #bucket: TokenBucket | undefined
  readonly #slots = new Slots(requestsAtOnce)
  #batchSize: number
  #limits = 0
  #id = 0

  constructor(options: RpcNodeOptions) {
    const { network, settings, timeout, clock } = options
    const policy = { tls: settings.tls ?? 'required', plainLoopback: true }
    const fetch = options.fetch ?? openFetch({ policy, timeout })
    this.#options = options
    this.#transport = { network, address: nodeAddress(settings), fetch, timeout }
    this.#bucket = settings.rate && new TokenBucket(settings.rate, clock.monotonic())
    this.#batchSize = options.batchSize
    this.circuit = new Circuit(options.random)
  }

  /** Its host. */
  get name(): string {
    return this.#transport.address.shown
  }

  /**
   * Answers in the order of the calls.
   * @throws EnergywebError `network-unreachable`, retryable, also while the node wants no requests
   */
  async batch(calls: readonly RpcCall[], options: CallOptions = {}): Promise<readonly RpcAnswer[]> {
    const answers = new Map<number, RpcAnswer>()
    let open = calls.map((_, i) => i)
    let limits = 0
    while (open.length > 0) {
      const part = open.slice(0, await this.#admitted(Math.min(this.#batchSize, open.length), options.signal))
      const got = await this.#exchange(
        part.flatMap(i => calls[i] ?? []),
        options,
      )
      if (got === 'smaller') continue
      if (got === 'limited') {
        limits += 1
        if (limits >= mostLimits) throw this.#tooMany()
        continue
      }
      for (const [place, answer] of got) answers.set(part[place] ?? -1, answer)
      open = open.filter(i => !answers.has(i))
      if (got.size < part.length && ++limits >= mostLimits) throw this.#tooMany()
    }
    return calls.flatMap((_, i) => answers.get(i) ?? [])
  }

  /** Waits until the node's limits let calls through: how many. */
  async #admitted(wanted: number, signal: AbortSignal | undefined): Promise<number> {
    const { clock } = this.#options
    const options = { clock, ...(signal && { signal }) }
    const pause = this.limitedUntil - clock.monotonic()
    if (pause > patience) throw this.#tooMany()
    if (pause > 0) await sleep(pause, options)
    for (;;) {
      const now = clock.monotonic()
      const granted = this.#bucket?.take(wanted, now) ?? wanted
      if (granted > 0) return granted
      await sleep(this.#bucket?.wait(now) ?? 0, options)
    }
  }

  /** Answers by the place of their call; those left out were limited. */
  #exchange(
    calls: readonly RpcCall[],
    options: CallOptions,
  ): Promise<ReadonlyMap<number, RpcAnswer> | 'limited' | 'smaller'> {
    return this.#slots.run(() => this.#ask(calls, options))
  }

  async #ask(
    calls: readonly RpcCall[],
    { signal, newList }: CallOptions,
  ): Promise<ReadonlyMap<number, RpcAnswer> | 'limited' | 'smaller'> {
    signal?.throwIfAborted()
    const { clock } = this.#options
    const began = clock.monotonic()
    this.askedAt = began
    try {
      const requests = calls.map(call => ({ jsonrpc: '2.0', id: ++this.#id, ...call }))
      const alone = requests.length === 1
      const body = alone ? requests[0] : requests
      const posted = await post(body, { options: this.#transport, now: clock.now(), signal, newList })
      if ('limited' in posted) {
        this.#limited(posted.wait)
        return 'limited'
      }
      const read = this.#read(requests, posted.json)
      if (typeof read !== 'string') this.#good(began)
      return read
    } catch (error) {
      // Whoever ended the wait says nothing about the node.
      if (signal?.aborted !== true) this.broke()
      throw error
    }
  }

  #read(
    requests: readonly (RpcCall & { id: number })[],
    json: unknown,
  ): ReadonlyMap<number, RpcAnswer> | 'limited' | 'smaller' {
    const items = (Array.isArray(json) ? json : [json]).flatMap(item => readAnswer(item) ?? [])
    const byId = new Map(items.map(({ id, answer }) => [id, answer]))
    if (requests.length > 1) {
      const small = items.some(({ answer }) => answer.error !== undefined && isBatchLimit(answer.error))
      const forAll = Array.isArray(json) ? undefined : items[0]?.answer.error
      if (forAll !== undefined && !small && isRateLimit(forAll, '')) {
        this.#limited(undefined)
        return 'limited'
      }
      // A node without batches answers with one error for all: the same calls once more, one by one.
      if (small || !Array.isArray(json)) {
        this.#batchSize = small ? Math.max(1, Math.floor(requests.length / 2)) : 1
        return 'smaller'
      }
    }
    const answers = new Map<number, RpcAnswer>()
    for (const [place, { id, method }] of requests.entries()) {
      const answer = byId.get(id)
      if (answer === undefined) throw unreachable(this.#transport, `left ${method} without an answer`)
      if (answer.error === undefined || !isRateLimit(answer.error, method)) answers.set(place, answer)
    }
    if (answers.size < requests.length) this.#limited(undefined)
    return answers
  }

  #good(began: number): void {
    const now = this.#options.clock.monotonic()
    const took = now - began
    this.latency = this.latency === undefined ? took : this.latency + (took - this.latency) * weight
    this.circuit.succeeded()
    this.goodSince ??= now
    if (now >= this.limitedUntil) this.#limits = 0
  }

  /** Its connection broke: what it was before must be asked again. */
  broke(): void {
    this.circuit.failed(this.#options.clock.monotonic())
    this.verified = false
    this.goodSince = undefined
  }

  /** It answers, and what it says makes it useless for now. */
  setAside(fault: NodeFault): void {
    this.fault = fault
    this.goodSince = undefined
    if (fault.kind === 'wrong-chain') this.verified = false
  }

  #limited(wait: number | undefined): void {
    const { clock, random } = this.#options
    const grown = Math.min(longestLimit, shortestLimit * 2 ** this.#limits) * (0.75 + random() / 2)
    this.#limits += 1
    this.limitedUntil = Math.max(this.limitedUntil, clock.monotonic() + (wait ?? grown))
  }

  #tooMany() {
    const seconds = Math.max(1, Math.ceil((this.limitedUntil - this.#options.clock.monotonic()) / 1_000))
    return unreachable(this.#transport, `answers "too many requests", again in ${seconds} s`)
  }
}

/**
 * A node by itself, outside of any network.
 * @throws EnergywebError `config-invalid` for an address that is none
 */
export function openNode(settings: NodeSettings, options: { network: string; timeout?: number }): RpcNode {
  const { network, timeout = 15_000 } = options
  const defaults = { batchSize: 50, clock: systemClock, random: Math.random }
  return new RpcNode({ network, settings, timeout, ...defaults })
}
