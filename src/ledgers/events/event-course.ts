import { EnergywebError, isEnergywebError } from '../../core/errors.ts'
import { faultPoint } from '../../core/fault-point.ts'
import type { EventLog, Head } from '../evm/answers.ts'
import { Anchors } from './anchors.ts'
import { type BlockHeader, mayHold } from './block-header.ts'
import type { ChainReader, ChainView, HistoryPage } from './chain-reader.ts'
import { decodeCursor, encodeCursor, type Place } from './cursor-text.ts'
import type { FollowerOptions } from './event-follower.ts'
import { EventHandout } from './event-handout.ts'
import { EventJournal } from './event-journal.ts'
import { EventKeys } from './event-key.ts'
import { PageSize } from './page-size.ts'
import { PastPage } from './past-page.ts'

/** Young blocks that are looked at in one go: when it is known that there are many, and when not. */
const manyBlocks = 32
const fewBlocks = 4
/** How often a block that says it may hold events is asked for them when there were none. */
const doubts = 2

/**
 * The way of a follower along the chain. Blocks deeper than a reorg are read in pages; younger ones one by one, by their hashes,
 * and back again where the chain has become another one.
 */
export class EventCourse {
  readonly #chain: ChainReader
  readonly #options: FollowerOptions
  readonly #journal: EventJournal
  /** What tasks are offered of what is found. */
  readonly handout: EventHandout
  readonly #size = new PageSize()
  readonly #youngSize = new PageSize()
  readonly #anchors: Anchors
  readonly #doubts = new Map<string, number>()
  #isOpen = false
  /** The next block to be searched; undefined before the first look. */
  #next: bigint | undefined
  /** Where the first page begins within its block. */
  #begin: Place | undefined
  #head = -1n
  /** Monotonic milliseconds when the chain was looked at last, and was found to go on from what is known. */
  #lookedAt = Number.NEGATIVE_INFINITY

  constructor(chain: ChainReader, options: FollowerOptions) {
    this.#chain = chain
    this.#options = options
    this.#anchors = new Anchors(options.depth)
    this.#journal = new EventJournal(options.book, { name: options.name, cursor: () => this.#cursor() })
    this.handout = new EventHandout(this.#journal)
  }

  /** True when more should be fetched while tasks work on what there is. */
  get isLow(): boolean {
    return !this.handout.isFull && this.#next !== undefined && this.#next < this.#head
  }

  /**
   * Looks at the chain once and goes one step along it; true when another step can be gone at once.
   * @throws EnergywebError as the network's and the book's
   */
  async advance(): Promise<boolean> {
    await this.#open()
    const { mustWait } = this.handout
    // Page after page of the far past: neither a look at the newest block nor a write for each.
    if (this.#next !== undefined && this.#next <= this.#deep && !this.#isLookDue()) {
      return mustWait ? false : this.#readPast(this.#next, this.#deep)
    }
    await this.handout.save()
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
    this.handout.release()
    const next = this.#next ?? (await this.#start(view.head))
    const target = view.head.number - BigInt(confirmations - 1)
    if (next <= this.#deep) return this.#readPast(next, this.#deep)
    // The past must be settled before the present is kept: the cursor can't be in both.
    if (next <= target) return this.handout.isPastSettled ? this.#readYoung(view.blocks, target) : false
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
    await this.handout.save()
    return first
  }

  /** One page of blocks that no reorg reaches. */
  async #readPast(next: bigint, deep: bigint): Promise<boolean> {
    const page = await this.#page(next, deep)
    if (page === undefined) return true
    const { logs, last } = page
    this.#size.found(logs, last.number - next + 1n)
    const { chainId } = this.#options.network
    this.handout.offerPast(new PastPage(logs, { chainId, after: this.#begin }))
    this.#begin = undefined
    this.#anchors.add(last)
    this.#next = last.number + 1n
    this.#journal.touch()
    if (this.handout.isWithholding) await this.handout.save()
    this.handout.release()
    return true
  }

  #page(next: bigint, deep: bigint): Promise<HistoryPage | undefined> {
    const limit = this.#size.limit(next, deep)
    const { fits } = this.#options.reader
    return this.#unlessTooMuch(this.#size, () => this.#chain.page(next, { limit, fits }))
  }

  /** Undefined when it may have been too much: then a smaller page is next. */
  async #unlessTooMuch<Page>(size: PageSize, ask: () => Promise<Page>): Promise<Page | undefined> {
    try {
      return await ask()
    } catch (error) {
      // Another node may have to be found.
      this.#lookedAt = Number.NEGATIVE_INFINITY
      // A node that is away fails with the smallest too, and is waited for then.
      if (isEnergywebError(error) && error.retryable && size.failed()) return undefined
      throw error
    }
  }

  /** Blocks that a reorg may still take back. */
  async #readYoung(blocks: readonly BlockHeader[], target: bigint): Promise<boolean> {
    const all = this.#anchors.linked(blocks.filter(({ number }) => number <= target))
    if (all.length === 0) return false
    const linked = all.slice(0, Number(this.#youngSize.limit(1n, BigInt(all.length))))
    const logs = await this.#unlessTooMuch(this.#youngSize, () => this.#chain.logsOf(linked))
    if (logs === undefined) return true
    this.#youngSize.found({ seen: logs.flat().length, bytes: 0 }, BigInt(linked.length))
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
    this.handout.forget(this.#deep)
    await this.handout.save()
    faultPoint('events/kept')
    this.handout.release()
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
    const keys = new EventKeys(this.#options.network.chainId)
    for (const log of logs) if (this.#options.reader.fits(log)) this.handout.keep(log, keys.next(log))
  }

  /** All blocks are searched: time to say what is gone for good. */
  async #rest({ number }: Head): Promise<false> {
    this.handout.reverse(number - BigInt(this.#options.network.confirmations))
    this.handout.forget(this.#deep)
    await this.handout.save()
    return false
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
    this.handout.takeBack(fork, number)
    this.#journal.touch()
    await this.handout.save()
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
    this.handout.restore(offered)
    this.#isOpen = true
  }

  #cursor(): string {
    const place = this.handout.pastPlace
    const reached = { block: this.#next ?? 0n, logIndex: -1 }
    const next = place !== undefined && place.block < reached.block ? place : (this.#begin ?? reached)
    return encodeCursor({ filter: this.#filter, next, anchors: this.#anchors.below(next.block) })
  }

  get #filter(): string {
    const { network, addresses, reader } = this.#options
    return `${network.chainId} ${addresses.join(',')} ${JSON.stringify(reader.topics)}`
  }
}
