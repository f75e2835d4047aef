import { EnergywebError } from '../core/errors.ts'
import type { ItemSource, Taken } from './item-source.ts'
import { WaitList } from './wait-list.ts'

export interface QueueOptions {
  /** How many items it holds at most; a whole number above zero. */
  readonly max: number
}

/** What a queue did so far. */
export interface QueueStatistics {
  readonly name: string
  readonly size: number
  readonly max: number
  /** Calls of `put` that wait for room. */
  readonly waiting: number
  /** Items it took in. */
  readonly put: number
  /** Items whose run succeeded, or was given up. */
  readonly handled: number
  /** Items that `offer` refused. */
  readonly refused: number
}

/**
 * Items on their way from one task to another: first in, first out, never more than `max`. Lives in memory: what it holds
 * when the process ends is lost.
 * @example
 * const mails = app.addQueue<Mail>('mail', { max: 10 })
 * await mails.put(mail, { signal })
 */
export class Queue<Item> implements ItemSource<Item> {
  /** For logs and statistics. */
  readonly name: string
  readonly max: number
  readonly #items: Taken<Item>[] = []
  readonly #putters = new WaitList<Item, void>()
  readonly #takers = new WaitList<undefined, Taken<Item> | undefined>()
  readonly #counts = { put: 0, handled: 0, refused: 0 }
  #closed = false

  /** @throws EnergywebError `argument-invalid` */
  constructor(name: string, { max }: QueueOptions) {
    if (!Number.isSafeInteger(max) || max < 1) {
      throw new EnergywebError('argument-invalid', `queue "${name}" can't hold ${max} items at most`, {
        hint: 'Give `max`, a whole number above zero.',
      })
    }
    this.name = name
    this.max = max
  }

  /** How many items wait in it; those in hand of a task are not counted. */
  get size(): number {
    return this.#items.length
  }

  get closed(): boolean {
    return this.#closed
  }

  /**
   * Adds an item; while the queue is full it waits, first come, first served. Resolves when the queue has the item.
   * @throws EnergywebError `queue-closed`; the signal's reason when that aborts first
   */
  async put(item: Item, options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    options.signal?.throwIfAborted()
    if (this.#closed) throw this.#refusal()
    if (this.size < this.max) this.#add(item)
    else await this.#putters.wait(item, options.signal)
  }

  /**
   * Adds an item if there is room, and answers whether there was.
   * @throws EnergywebError `queue-closed`
   */
  offer(item: Item): boolean {
    if (this.#closed) throw this.#refusal()
    const free = this.size < this.max
    if (free) this.#add(item)
    else this.#counts.refused++
    return free
  }

  // Not an async function: whoever waited gets its item before whoever finds one there later.
  take(options: { readonly signal?: AbortSignal } = {}): Promise<Taken<Item> | undefined> {
    const { signal } = options
    if (signal?.aborted) return Promise.reject(signal.reason)
    const first = this.#items.shift()
    if (first === undefined && !this.#closed) return this.#takers.wait(undefined, signal)
    this.#admit()
    return Promise.resolve(first)
  }

  /** Takes nothing more: whoever waits to put is refused; what it holds is still handed out, then its tasks end. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#putters.refuseAll(this.#refusal())
    this.#takers.answerAll(undefined)
  }

  statistics(): QueueStatistics {
    const { name, size, max } = this
    return { name, size, max, waiting: this.#putters.size, ...this.#counts }
  }

  #refusal(): EnergywebError {
    return new EnergywebError('queue-closed', `queue "${this.name}" is closed; it takes no more items`)
  }

  #add(item: Item): void {
    this.#counts.put++
    const taken: Taken<Item> = {
      item,
      settle: handled => (handled ? this.#counts.handled++ : this.#giveBack(taken)),
    }
    const taker = this.#takers.first()
    if (taker === undefined) this.#items.push(taken)
    else taker.answer(taken)
  }

  /** Lets in who waits to put, as far as there is room. */
  #admit(): void {
    for (let next = this.#putters.first(); next !== undefined; next = this.#putters.first()) {
      if (this.size >= this.max) return
      this.#add(next.offer)
      next.answer()
    }
  }

  // It stands first, and may stand beyond `max`: it was here before the others.
  #giveBack(taken: Taken<Item>): void {
    const taker = this.#takers.first()
    if (taker === undefined) this.#items.unshift(taken)
    else taker.answer(taken)
  }
}
