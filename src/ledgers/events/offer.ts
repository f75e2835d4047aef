import type { EventLog } from '../evm/answers.ts'
import { compareLogs } from '../evm/log-order.ts'
import type { WindowEvent } from './event-window.ts'

/** What is to be handed to a task: an event that no reorg is feared for, one that is, or that such a one is gone. */
export type Offer =
  | { readonly kind: 'past'; readonly key: string; readonly log: EventLog }
  | { readonly kind: 'event' | 'reversal'; readonly event: WindowEvent }

export const logOf = (offer: Offer): EventLog => (offer.kind === 'past' ? offer.log : offer.event.log)

/** Reversals first, the newest in front, as what was done last is undone first; then events by the chain's order. */
function compareOffers(a: Offer, b: Offer): number {
  if (a.kind === 'reversal') return b.kind === 'reversal' ? compareLogs(logOf(b), logOf(a)) : -1
  return b.kind === 'reversal' ? 1 : compareLogs(logOf(a), logOf(b))
}

/** Offers in the order in which they are to be handed out. */
export class OfferQueue {
  #offers: Offer[] = []
  #first = 0

  get size(): number {
    return this.#offers.length - this.#first
  }

  /** Adds what comes behind all that is there, or, of what was given back, in its place. */
  add(offer: Offer): void {
    const last = this.#offers.at(-1)
    if (this.size === 0 || last === undefined || compareOffers(last, offer) < 0) {
      this.#offers.push(offer)
      return
    }
    this.#offers = this.#offers.slice(this.#first)
    this.#first = 0
    const place = this.#offers.findIndex(other => compareOffers(offer, other) < 0)
    this.#offers.splice(place === -1 ? this.#offers.length : place, 0, offer)
  }

  shift(): Offer | undefined {
    if (this.size === 0) return undefined
    const offer = this.#offers[this.#first]
    this.#first += 1
    // An array's own shift moves all that is left.
    if (this.#first > 1_024 || this.size === 0) {
      this.#offers = this.#offers.slice(this.#first)
      this.#first = 0
    }
    return offer
  }

  /** Takes out the offers of these events. */
  withdraw(events: ReadonlySet<WindowEvent>): void {
    this.#offers = this.#offers
      .slice(this.#first)
      .filter(offer => offer.kind === 'past' || !events.has(offer.event))
    this.#first = 0
  }
}
