import type { EventLog } from '../evm/answers.ts'
import type { Place } from './cursor-text.ts'

/** How far the events of the past are settled without a hole: several may be in hand at once. */
export class PastProgress {
  readonly #settled = new Set<EventLog>()
  /** Those that are settled are let go of. */
  #open: (EventLog | undefined)[] = []
  #first = 0
  #last: Place | undefined

  get size(): number {
    return this.#open.length - this.#first
  }

  /**
   * Everything up to this place is settled; undefined when nothing is open.
   * @param next - where the first event stands that was not added yet
   */
  place(next: Place | undefined): Place | undefined {
    const open = this.#open[this.#first] ?? next
    if (open === undefined) return undefined
    return this.#last ?? { block: open.block, logIndex: open.logIndex - 1 }
  }

  add(log: EventLog): void {
    this.#open.push(log)
  }

  settle(log: EventLog): void {
    // Mostly it is the first. A set that is filled and emptied a million times would leave a chain of dead tables behind, each of
    // which keeps the next one from being collected early.
    if (this.#open[this.#first] !== log) {
      this.#settled.add(log)
      return
    }
    this.#goOn(log)
    while (this.#settled.size > 0) {
      const next = this.#open[this.#first]
      if (next === undefined || !this.#settled.delete(next)) break
      this.#goOn(next)
    }
    if (this.#first > 1_024 || this.size === 0) {
      this.#open = this.#open.slice(this.#first)
      this.#first = 0
    }
  }

  #goOn({ block, logIndex }: EventLog): void {
    this.#last = { block, logIndex }
    this.#open[this.#first] = undefined
    this.#first += 1
  }
}
