import type { EventLog } from '../evm/answers.ts'
import type { Place } from './cursor-text.ts'

/** How far the events of the past are settled without a hole: several may be in hand at once. */
export class PastProgress {
  readonly #settled = new Set<EventLog>()
  #open: EventLog[] = []
  #first = 0
  #last: EventLog | undefined

  get size(): number {
    return this.#open.length - this.#first
  }

  /** Everything before this place is settled; undefined when nothing is open. */
  get place(): Place | undefined {
    const next = this.#open[this.#first]
    if (next === undefined) return undefined
    const { block, logIndex } = this.#last ?? { block: next.block, logIndex: -1 }
    return this.#last === undefined ? { block: next.block, logIndex: next.logIndex - 1 } : { block, logIndex }
  }

  add(log: EventLog): void {
    this.#open.push(log)
  }

  settle(log: EventLog): void {
    this.#settled.add(log)
    for (let next = this.#open[this.#first]; next !== undefined; next = this.#open[this.#first]) {
      if (!this.#settled.delete(next)) break
      this.#last = next
      this.#first += 1
    }
    if (this.#first > 1_024 || this.size === 0) {
      this.#open = this.#open.slice(this.#first)
      this.#first = 0
    }
  }
}
