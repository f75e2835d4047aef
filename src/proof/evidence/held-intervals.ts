import type { PeriodView, PlacedEntry } from './period-view.ts'
import { integerOf, type RebuiltEntry, textOf } from './rebuilt-entry.ts'

/** Follows which intervals are held, so that what an operator counts of them can be told to be of the period or not. */
export class HeldIntervals {
  readonly #placed: PeriodView['placed']
  readonly #bySequence = new Map<bigint | undefined, PlacedEntry>()
  /** How many name a serial number, and how many of these are of the period. */
  readonly #bySerial = new Map<string | null | undefined, { readonly all: number; readonly within: number }>()

  constructor({ placed }: PeriodView) {
    this.#placed = placed
  }

  take(entry: RebuiltEntry): void {
    const value = this.#placed.get(entry)
    if (value?.counted !== false) return
    this.#bySequence.set(BigInt(entry.sequence), value)
    const { all, within } = this.#ofDevice(entry)
    const isWithin = value.place === 'within'
    this.#bySerial.set(textOf(entry, 'serial'), { all: all + 1, within: within + Number(isWithin) })
  }

  #ofDevice(entry: RebuiltEntry) {
    return this.#bySerial.get(textOf(entry, 'serial')) ?? { all: 0, within: 0 }
  }

  /** How many an operator's entry counts; undefined when the one that it names is not shown before it. */
  resolve(entry: RebuiltEntry): { readonly all: number; readonly within: number } | undefined {
    const first = this.#bySequence.get(integerOf(entry, 'reading'))
    if (first === undefined) return undefined
    // A swap counts all of the device that is gone.
    if (entry.kind === 'swap') return this.#ofDevice(first.entry)
    return { all: 1, within: Number(first.place === 'within') }
  }
}
