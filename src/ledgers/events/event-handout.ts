import type { OfferedEvent } from '../../core/event-cursor.ts'
import { faultPoint } from '../../core/fault-point.ts'
import type { EventLog } from '../evm/answers.ts'
import { decodeKept, type Place } from './cursor-text.ts'
import type { EventJournal } from './event-journal.ts'
import { EventWindow, type WindowEvent } from './event-window.ts'
import { type Offer, OfferQueue } from './offer.ts'
import type { PastPage } from './past-page.ts'
import { PastProgress } from './past-progress.ts'

/** So many events wait at most, but for those of one more page or block. */
const full = 2_000
/** Settled events of the past that need not be durable while others wait: a crash offers them again. */
const saveAfter = 256
/** So many must be durable before the next one is settled. */
const mostUnsaved = 2_048

/**
 * What tasks are offered, and what they have settled. Of events of the far past it keeps how far they are settled; each one that a
 * reorg may still take back is kept from before a task hears of it until no reorg reaches it any more.
 */
export class EventHandout {
  readonly #journal: EventJournal
  readonly #window = new EventWindow()
  readonly #queue = new OfferQueue()
  readonly #past = new PastProgress()
  /** Events that come behind those in the queue. */
  readonly #pages: PastPage[] = []
  /** Offers that are handed out once they are durable. */
  #withheld: WindowEvent[] = []
  #reversing = 0
  /** Settled since the last save. */
  #unsaved = 0

  constructor(journal: EventJournal) {
    this.#journal = journal
  }

  /** How many events and reversals wait. */
  get size(): number {
    return this.#pages.reduce((sum, { size }) => sum + size, this.#queue.size)
  }

  get isEmpty(): boolean {
    return this.size === 0
  }

  get isFull(): boolean {
    return this.size >= full
  }

  /** True when nothing more is to be looked for: what is undone comes before what follows. */
  get mustWait(): boolean {
    return this.#reversing > 0 || this.isFull
  }

  get isWithholding(): boolean {
    return this.#withheld.length > 0
  }

  /** True when all events of the far past are settled. */
  get isPastSettled(): boolean {
    return this.#past.size === 0 && this.#pages.length === 0
  }

  /** Every event of the far past before this place is settled; undefined when none is open. */
  get pastPlace(): Place | undefined {
    return this.#past.place(this.#pages[0]?.place)
  }

  /** Puts back what was kept. */
  restore(offered: readonly Pick<OfferedEvent, 'key' | 'body' | 'settled'>[]): void {
    const events = offered.map(event => this.#window.restore(event.key, decodeKept(event), event.settled))
    this.#withheld = events.filter(({ place }) => place === 'queued')
  }

  /** Hands out the next offer. */
  take(): Offer | undefined {
    const offer = this.#queue.shift() ?? this.#takePast()
    if (offer?.kind === 'event') Object.assign(offer.event, { place: 'in-hand', told: true })
    return offer
  }

  #takePast(): Offer | undefined {
    const [page] = this.#pages
    const event = page?.take()
    if (page?.size === 0) this.#pages.shift()
    if (event === undefined) return undefined
    this.#past.add(event.log)
    return { kind: 'past', ...event }
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
    if (!canWait) await this.save()
    else if (this.#unsaved % saveAfter === 0) void this.#saveBeside()
    faultPoint('events/settled-kept')
  }

  #giveBack(offer: Offer): void {
    if (offer.kind === 'event') {
      offer.event.place = offer.event.missing === undefined ? 'queued' : 'waiting'
      if (offer.event.place === 'waiting') return
    }
    this.#queue.add(offer)
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

  /** Resolves when all that is known by now is durable. @throws EnergywebError as the book's */
  async save(): Promise<void> {
    this.#unsaved = 0
    await this.#journal.flush()
  }

  /** Events of blocks that no reorg reaches. */
  offerPast(page: PastPage): void {
    if (page.size === 0) return
    this.#pages.push(page)
    // Some may have been offered when they were young, before a pause: what became of them is known.
    if (!this.#window.isEmpty) this.#compareWithKept()
  }

  #compareWithKept(): void {
    for (const page of this.#pages.splice(0)) {
      for (let event = page.take(); event !== undefined; event = page.take()) {
        if (this.#window.has(event.key)) {
          this.keep(event.log, event.key)
        } else {
          this.#past.add(event.log)
          this.#queue.add({ kind: 'past', ...event })
        }
      }
    }
  }

  /** An event that a reorg may still take back: it is offered once it is durable. */
  keep(log: EventLog, key: string): void {
    const { event, isOffered } = this.#window.found(key, log)
    this.#journal.write(event)
    if (isOffered) this.#withheld.push(event)
  }

  /** Hands out what is durable by now. */
  release(): void {
    for (const event of this.#withheld)
      if (event.place === 'queued') this.#queue.add({ kind: 'event', event })
    this.#withheld = []
  }

  /** Offers the reversals of what is missing since this block or longer. */
  reverse(since: bigint): void {
    const gone = this.#window.reverse(since)
    this.#reversing += gone.length
    for (const event of gone) this.#queue.add({ kind: 'reversal', event })
  }

  /** Forgets what is settled at or below a block that no reorg reaches. */
  forget(deep: bigint): void {
    for (const event of this.#window.forget(deep)) this.#journal.forget(event)
  }

  /** The chain is another one above block `fork`. */
  takeBack(fork: bigint, head: bigint): void {
    const { changed, forgotten } = this.#window.takeBack(fork, head)
    this.#queue.withdraw(new Set([...changed, ...forgotten].filter(({ place }) => place !== 'in-hand')))
    for (const event of changed) this.#journal.write(event)
    for (const event of forgotten) this.#journal.forget(event)
  }
}
