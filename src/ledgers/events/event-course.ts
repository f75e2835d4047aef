import { EnergywebError, isEnergywebError } from '../../core/errors.ts'
import { faultPoint } from '../../core/fault-point.ts'
import type { EventLog, Head } from '../evm/answers.ts'
import { Anchors } from './anchors.ts'
import { type BlockHeader, mayHold } from './block-header.ts'
import type { ChainReader, ChainView, HistoryPage } from './chain-reader.ts'
import { decodeCursor, decodeKept, encodeCursor, type Place } from './cursor-text.ts'
import type { FollowerOptions } from './event-follower.ts'
import { EventJournal } from './event-journal.ts'
import { eventKeys } from './event-key.ts'
import { EventWindow, type WindowEvent } from './event-window.ts'
import { type Offer, OfferQueue } from './offer.ts'
import { PageSize } from './page-size.ts'
import { PastProgress } from './past-progress.ts'

/** So many offers wait at most, but for those of one more page or block. */
const fullQueue = 2_000
const lowQueue = 1_000
/** Settled events of the past that need not be durable while others wait: a crash offers them again. */
const saveAfter = 256
/** So many must be durable before the next one is settled. */
const mostUnsaved = 2_048
/** Young blocks that are looked at in one go: when it is known that there are many, and when not. */
const manyBlocks = 32
const fewBlocks = 4
/** How often a block that says it may hold events is asked for them when there were none. */
const doubts = 2

/**
 * The way of a follower along the chain. Blocks deeper than a reorg are read in pages, and all that is kept of them is how
 * far their events are settled. Younger ones are read one by one, by their hashes, and each of their events is kept from
 * before a task hears of it until it is as deep.
 */
export class EventCourse {
  readonly #chain: ChainReader
  readonly #options: FollowerOptions
  readonly #journal: EventJournal
  readonly #window = new EventWindow()
  readonly #queue = new OfferQueue()
  readonly #past = new PastProgress()
  readonly #size = new PageSize()
  readonly #anchors: Anchors
  readonly #doubts = new Map<string, number>()
  /** Offers that are handed out once they are durable. */
  #withheld: WindowEvent[] = []
  #reversing = 0
  #isOpen = false
  /** The next block to be searched; undefined before the first look. */
  #next: bigint | undefined
  /** Where the first page begins within its block. */
  #begin: Place | undefined
  #head = -1n
  /** Monotonic milliseconds when the chain was looked at last, and was found to go on from what is known. */
  #lookedAt = Number.NEGATIVE_INFINITY
  /** Settled since the last save. */
  #unsaved = 0

  constructor(chain: ChainReader, options: FollowerOptions) {
    this.#chain = chain
    this.#options = options
    this.#anchors = new Anchors(options.depth)
    this.#journal = new EventJournal(options.book, { name: options.name, cursor: () => this.#cursor() })
  }

  get isEmpty(): boolean {
    return this.#queue.size === 0
  }

  /** True when more should be fetched while tasks work on what there is. */
  get isLow(): boolean {
    return this.#queue.size < lowQueue && this.#next !== undefined && this.#next < this.#head
  }

  /** Hands out the next offer. */
  take(): Offer | undefined {
    const offer = this.#queue.shift()
    if (offer?.kind === 'event') Object.assign(offer.event, { place: 'in-hand', told: true })
    return offer
  }

  async settle(offer: Offer, handled: boolean): Promise<void> {
    faultPoint('events/settled')
    if (!handled) {
      this.#giveBack(offer)
      return
    }
    if (offer.kind === 'past') {
      this.#past.settle(offer.log)
      this.#journal.touch()
    } else if (offer.kind === 'event') {
      offer.event.place = 'settled'
      this.#journal.settle(offer.event)
    } else {
      this.#reversing -= 1
      this.#window.reversed(offer.event)
      this.#journal.write(offer.event)
    }
    this.#unsaved += 1
    const canWait = offer.kind === 'past' && !this.isEmpty && this.#unsaved < mostUnsaved
    if (!canWait) await this.#save()
    else if (this.#unsaved % saveAfter === 0) void this.#saveBeside()
    faultPoint('events/settled-kept')
  }

  /** While tasks go on. What fails is still unsaved: whoever saves next hears of it. */
  async #saveBeside(): Promise<void> {
    const unsaved = this.#unsaved
    const isSaved = await this.#journal.flush().then(
      () => true,
      () => false,
    )
    if (isSaved) this.#unsaved = Math.max(0, this.#unsaved - unsaved)
  }

  async #save(): Promise<void> {
    this.#unsaved = 0
    await this.#journal.flush()
  }

  #giveBack(offer: Offer): void {
    if (offer.kind === 'event') {
      offer.event.place = offer.event.missing === undefined ? 'queued' : 'waiting'
      if (offer.event.place === 'waiting') return
    }
    this.#queue.add(offer)
  }

  /**
   * Looks at the chain once and goes one step along it; true when another step can be gone at once.
   * @throws EnergywebError as the network's and the book's
   */
  async advance(): Promise<boolean> {
    await this.#open()
    // What is undone comes before what follows.
    const mustWait = this.#reversing > 0 || this.#queue.size >= fullQueue
    // Page after page of the far past: neither a look at the newest block nor a write for each.
    if (this.#next !== undefined && this.#next <= this.#deep && !this.#isLookDue()) {
      return mustWait ? false : this.#readPast(this.#next, this.#deep)
    }
    await this.#save()
    if (mustWait) return false
    const known = this.#anchors.last
    const ahead =
      this.#next === undefined ? 0 : this.#head - this.#next > BigInt(fewBlocks) ? manyBlocks : fewBlocks
    const view = await this.#chain.look(known?.number, { next: this.#next, ahead })
    this.#head = view.head.number
    if (known !== undefined && view.anchor !== known.hash) {
      // A node without the block is behind, or its chain is shorter for a while: both pass.
      return view.anchor === undefined ? false : this.#walkBack(view.head)
    }
    this.#lookedAt = this.#options.network.clock.monotonic()
    return this.#goOn(view)
  }

  /** The highest block that no reorg reaches. */
  get #deep(): bigint {
    return this.#head - BigInt(this.#options.depth)
  }

  #isLookDue(): boolean {
    const { network, poll } = this.#options
    return network.clock.monotonic() - this.#lookedAt > poll
  }

  async #goOn(view: ChainView): Promise<boolean> {
    const { confirmations } = this.#options
    this.#release()
    const next = this.#next ?? (await this.#start(view.head))
    const target = view.head.number - BigInt(confirmations - 1)
    if (next <= this.#deep) return this.#readPast(next, this.#deep)
    // The past must be settled before the present is kept: the cursor can't be in both.
    if (next <= target) return this.#past.size === 0 ? this.#readYoung(view.blocks, target) : false
    return this.#rest(view.head)
  }

  /** Begins at the configured block, or behind all that are there. */
  async #start({ number }: Head): Promise<bigint> {
    const { from, depth } = this.#options
    const first = from ?? number + 1n
    const deep = number - BigInt(depth)
    // What stands before it may be replaced too: then it goes on where the new blocks begin.
    const lowest = first - 1n > deep ? (deep < 0n ? 0n : deep) : first - 1n
    const numbers: bigint[] = []
    for (let block = lowest; block < first && block <= number && block >= 0n; block++) numbers.push(block)
    const hashes = await this.#chain.hashesOf(numbers)
    numbers.forEach((block, i) => {
      this.#anchors.add({ number: block, hash: hashes[i] ?? '' })
    })
    this.#next = first
    this.#journal.touch()
    await this.#save()
    return first
  }

  /** One page of blocks that no reorg reaches. */
  async #readPast(next: bigint, deep: bigint): Promise<boolean> {
    const page = await this.#page(next, deep)
    if (page === undefined) return true
    const { logs, last } = page
    this.#size.found(logs.length, last.number - next + 1n)
    const keys = eventKeys(this.#options.network.chainId, logs)
    logs.forEach((log, i) => {
      if (!this.#options.reader.fits(log) || this.#isBefore(log)) return
      this.#passPast(log, keys[i] ?? '')
    })
    this.#begin = undefined
    this.#anchors.add(last)
    this.#next = last.number + 1n
    this.#journal.touch()
    if (this.#withheld.length > 0) await this.#save()
    this.#release()
    return true
  }

  /** Undefined when it may have been too much: then a smaller one is next. */
  async #page(next: bigint, deep: bigint): Promise<HistoryPage | undefined> {
    try {
      return await this.#chain.page(next, this.#size.limit(next, deep))
    } catch (error) {
      // Another node may have to be found.
      this.#lookedAt = Number.NEGATIVE_INFINITY
      // A node that is away fails with the smallest too, and is waited for then.
      if (isEnergywebError(error) && error.retryable && this.#size.failed()) return undefined
      throw error
    }
  }

  #passPast(log: EventLog, key: string): void {
    // It was offered when it was young, before a pause: what became of it is known.
    if (this.#window.has(key)) {
      this.#keep(log, key)
      return
    }
    this.#past.add(log)
    this.#queue.add({ kind: 'past', key, log })
  }

  #isBefore({ block, logIndex }: EventLog): boolean {
    return this.#begin !== undefined && block === this.#begin.block && logIndex <= this.#begin.logIndex
  }

  /** Blocks that a reorg may still take back. */
  async #readYoung(blocks: readonly BlockHeader[], target: bigint): Promise<boolean> {
    const linked = this.#anchors.linked(blocks.filter(({ number }) => number <= target))
    if (linked.length === 0) return false
    const logs = await this.#chain.logsOf(linked)
    const doubtful = linked.findIndex((block, i) => logs[i]?.length === 0 && this.#isDoubtful(block))
    const believed = doubtful === -1 ? linked : linked.slice(0, doubtful)
    faultPoint('events/found')
    believed.forEach((block, i) => {
      this.#keepAll(logs[i] ?? [])
      this.#anchors.add(block)
      this.#next = block.number + 1n
    })
    if (believed.length === 0) return false
    this.#begin = undefined
    this.#anchors.trim(this.#head)
    this.#journal.touch()
    this.#forget()
    await this.#save()
    faultPoint('events/kept')
    this.#release()
    return doubtful === -1
  }

  /** True when a block says that it may hold events although the node gave none: it is asked again before it is believed. */
  #isDoubtful(block: BlockHeader): boolean {
    const { addresses, reader } = this.#options
    if (!mayHold(block, { addresses, topics: reader.topics })) return false
    const times = (this.#doubts.get(block.hash) ?? 0) + 1
    if (times > doubts) {
      this.#doubts.clear()
      return false
    }
    this.#doubts.set(block.hash, times)
    return true
  }

  #keepAll(logs: readonly EventLog[]): void {
    const keys = eventKeys(this.#options.network.chainId, logs)
    logs.forEach((log, i) => {
      if (this.#options.reader.fits(log)) this.#keep(log, keys[i] ?? '')
    })
  }

  #keep(log: EventLog, key: string): void {
    const { event, isOffered } = this.#window.found(key, log)
    this.#journal.write(event)
    if (isOffered) this.#withheld.push(event)
  }

  /** Hands out what is durable by now. */
  #release(): void {
    for (const event of this.#withheld)
      if (event.place === 'queued') this.#queue.add({ kind: 'event', event })
    this.#withheld = []
  }

  /** All blocks are searched: time to say what is gone for good. */
  async #rest({ number }: Head): Promise<false> {
    const gone = this.#window.reverse(number - BigInt(this.#options.network.confirmations))
    this.#reversing += gone.length
    for (const event of gone) this.#queue.add({ kind: 'reversal', event })
    this.#forget()
    await this.#save()
    return false
  }

  #forget(): void {
    for (const event of this.#window.forget(this.#deep)) this.#journal.forget(event)
  }

  /** The chain is another one: back to the newest block that it still has, and on from there. */
  async #walkBack({ number }: Head): Promise<boolean> {
    const { name, log, depth } = this.#options
    const hashes = await this.#chain.hashesOf(this.#anchors.all.map(anchor => anchor.number))
    const { fork, isKnown } = this.#anchors.cut(hashes)
    const text = `events of ${name}: the chain is another one above block ${fork}`
    if (isKnown) log.info({ events: name, fork: fork.toString() }, text)
    else
      log.error({ events: name, depth }, `${text} or below: deeper than the ${depth} blocks that are known`)
    faultPoint('events/fork-found')
    this.#next = fork + 1n
    this.#begin = undefined
    const { changed, forgotten } = this.#window.takeBack(fork, number)
    this.#queue.withdraw(new Set([...changed, ...forgotten].filter(({ place }) => place !== 'in-hand')))
    for (const event of changed) this.#journal.write(event)
    for (const event of forgotten) this.#journal.forget(event)
    this.#journal.touch()
    await this.#save()
    faultPoint('events/fork-kept')
    return true
  }

  /** What stood in the book when the last process ended. */
  async #open(): Promise<void> {
    if (this.#isOpen) return
    const { book, name } = this.#options
    const [text, offered] = await Promise.all([book.eventCursor(name), book.offeredEvents(name)])
    if (text !== undefined) {
      const { filter, next, anchors } = decodeCursor(text)
      if (filter !== this.#filter) {
        throw new EnergywebError('argument-invalid', `the cursor "${name}" is of other events: ${filter}`, {
          hint: 'Give these events another `name`.',
        })
      }
      this.#next = next.block
      this.#begin = next
      for (const anchor of anchors) this.#anchors.add(anchor)
    }
    const events = offered.map(event => this.#window.restore(event.key, decodeKept(event), event.settled))
    this.#withheld = events.filter(({ place }) => place === 'queued')
    this.#isOpen = true
  }

  #cursor(): string {
    const place = this.#past.place
    const reached = { block: this.#next ?? 0n, logIndex: -1 }
    const next = place !== undefined && place.block < reached.block ? place : (this.#begin ?? reached)
    return encodeCursor({ filter: this.#filter, next, anchors: this.#anchors.below(next.block) })
  }

  get #filter(): string {
    const { network, addresses, reader } = this.#options
    return `${network.chainId} ${addresses.join(',')} ${JSON.stringify(reader.topics)}`
  }
}
