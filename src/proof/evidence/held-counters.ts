import type { PlaceInTime } from './period.ts'
import type { PeriodView } from './period-view.ts'
import { integerOf, type RebuiltEntry, textOf } from './rebuilt-entry.ts'

/**
 * Follows which values of a counter are held, so that what an operator counts of them can be told to be of the period or not.
 * A counted reading settles all that are held before it: none of them can be counted any more.
 */
export class HeldCounters {
  readonly #view: PeriodView
  /** Where they lie, by their times: another value for one of them takes its place. Undefined times can be anywhere. */
  #open = new Map<string, PlaceInTime | undefined>()
  /** False until an entry shows that nothing was held before those that are shown. */
  #isWhole: boolean

  constructor(view: PeriodView) {
    this.#view = view
    this.#isWhole = view.main[0]?.sequence === 0
  }

  take(entry: RebuiltEntry): void {
    const value = this.#view.placed.get(entry)
    if (value === undefined) return
    if (value.counted === true && entry.kind === 'reading') {
      this.#open = new Map()
      this.#isWhole = true
    }
    if (value.counted === false && textOf(entry, 'status') !== 'late') {
      const time = textOf(entry, 'measuredAt') ?? `of entry ${entry.sequence}`
      this.#open.set(time, value.place)
    }
  }

  /** Where the held values lie that an operator's entry counts; `both` where they may lie on two sides of a border. */
  resolve(entry: RebuiltEntry): PlaceInTime | 'both' {
    const [place, ...others] = new Set(this.#open.values())
    const isClear = this.#isWhole && place !== undefined && others.length === 0
    // An operator's entry that counts as many as are held leaves none.
    if (integerOf(entry, 'readings') === BigInt(this.#open.size) && integerOf(entry, 'dropped') === 0n) {
      this.#open = new Map()
    }
    return isClear ? place : 'both'
  }
}
