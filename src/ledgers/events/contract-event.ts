import { hash } from 'node:crypto'
import { type EventReader, readEvents } from './event-abi.ts'
import { EventFollower } from './event-follower.ts'
import { depthOf, type FollowOptions, type FollowSettings, settingsOf } from './event-settings.ts'
import type { EventArguments } from './event-topics.ts'
import type { AnyAbi, AnyEvent, ContractEventItem, FilterOf, ItemOf } from './event-types.ts'
import { logOf, type Offer } from './offer.ts'

export interface ContractEventOptions<A extends AnyAbi, E extends AnyEvent> extends FollowOptions {
  /** As JSON, or as text: `['event Rented(bytes32 indexed id, address user)']`. Not needed when `event` is such a text. */
  readonly abi?: A
  /** A name in the ABI, or the event itself as in Solidity; several are one trigger, in the chain's order. Default all. */
  readonly event?: E
  /** Only events with these indexed arguments; a list is any of these. For one event only. */
  readonly args?: FilterOf<A, E>
}

/** One item in hand of a task, and how to say what became of it. */
export interface TakenEvent<Item> {
  readonly item: Item
  settle(handled: boolean): Promise<void>
}

/** The events of contracts, one by one: what `on(…)` takes. */
export interface ContractEvents<Item> {
  take(options: { readonly signal: AbortSignal }): Promise<TakenEvent<Item> | undefined>
}

/**
 * The events of a contract as a trigger. Each is offered at least once, in the order of the chain, and comes again until its
 * run has succeeded; after a restart too, when `cursors` is a log. One that was offered and is then taken back by a reorg is
 * offered as `reverted`.
 * @throws EnergywebError `abi-invalid`; `argument-invalid`
 * @example
 * const rented = contractEvent({
 *   network,
 *   address: '0x5FbDB2315678afecb367f032d93F642f64180aa3',
 *   event: 'Rented(bytes32 indexed id, address user, uint64 until)',
 *   cursors: log,
 * })
 * task({ trigger: on(rented), run: ({ item }) => open(item.args.id, item.key) })
 */
export function contractEvent<const A extends AnyAbi = undefined, const E extends AnyEvent = undefined>(
  options: ContractEventOptions<A, E>,
): ContractEvents<ItemOf<A, E>> {
  const { abi, event, args }: { abi?: AnyAbi; event?: AnyEvent; args?: unknown } = options
  // The types above are the reader's own, by another name.
  return followEvents({ abi, event, args: args as EventArguments | undefined }, options) as ContractEvents<
    ItemOf<A, E>
  >
}

/**
 * The same for events that are only known when the program runs.
 * @throws EnergywebError `abi-invalid`; `argument-invalid`
 */
export function followEvents(
  choice: { readonly abi?: AnyAbi; readonly event?: AnyEvent; readonly args?: EventArguments | undefined },
  options: FollowOptions,
): ContractEvents<ContractEventItem> {
  const { abi, event, args } = choice
  const events: readonly string[] | undefined = typeof event === 'string' ? [event] : event
  return new FollowedEvents(readEvents({ abi, events, args }), settingsOf(options))
}

class FollowedEvents implements ContractEvents<ContractEventItem> {
  readonly #reader: EventReader
  readonly #settings: FollowSettings
  #follower: Promise<{ readonly follower: EventFollower; readonly chainId: bigint }> | undefined

  constructor(reader: EventReader, settings: FollowSettings) {
    this.#reader = reader
    this.#settings = settings
  }

  async take({ signal }: { readonly signal: AbortSignal }): Promise<TakenEvent<ContractEventItem>> {
    signal.throwIfAborted()
    const { follower, chainId } = await this.#opened()
    const offer = await follower.take(signal)
    try {
      const item = this.#itemOf(offer, chainId)
      return { item, settle: handled => follower.settle(offer, handled) }
    } catch (error) {
      // It stays the next: an event that can't be read must not be lost.
      await follower.settle(offer, false)
      throw error
    }
  }

  #opened() {
    if (this.#follower !== undefined) return this.#follower
    this.#follower = this.#open()
    // A network that can't be opened now may be later.
    this.#follower.catch(() => {
      this.#follower = undefined
    })
    return this.#follower
  }

  async #open() {
    const { network: open, book, name, ...settings } = this.#settings
    const network = await open()
    const { chainId } = network
    const confirmations = settings.confirmations ?? network.confirmations
    const what = `${settings.addresses.join(',')} ${JSON.stringify(this.#reader.topics)}`
    const follower = new EventFollower({
      ...settings,
      name: name ?? `contract-event/${chainId}/${hash('sha256', what).slice(0, 16)}`,
      network,
      reader: this.#reader,
      confirmations,
      depth: depthOf(settings.depth, confirmations),
      book: book(),
    })
    return { follower, chainId }
  }

  #itemOf(offer: Offer, chainId: bigint): ContractEventItem {
    const log = logOf(offer)
    const { event, args } = this.#reader.read(log)
    const { key, occurrence } = offer.kind === 'past' ? { ...offer, occurrence: 1 } : offer.event
    return {
      event,
      args,
      reverted: offer.kind === 'reversal',
      key,
      occurrence,
      chainId,
      address: log.address,
      block: log.block,
      blockHash: log.blockHash,
      time: log.time === undefined ? undefined : log.time * 1_000,
      transaction: log.transaction,
      logIndex: log.logIndex,
    }
  }
}
