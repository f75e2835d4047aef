import type { PlaceInTime } from './period.ts'
import type { PeriodView } from './period-view.ts'
import { integerOf, type RebuiltEntry, textOf } from './rebuilt-entry.ts'

type Places = Set<PlaceInTime | undefined>

/** Follows which intervals are held, so that what an operator counts of them can be told to be of the period or not. */
export class HeldIntervals {
  readonly #placed: PeriodView['placed']
  readonly #bySequence = new Map<bigint | undefined, RebuiltEntry>()
  /** Where those lie that name a serial number. */
  readonly #bySerial = new Map<string | null | undefined, Places>()

  constructor({ placed }: PeriodView) {
    this.#placed = placed
  }

  take(entry: RebuiltEntry): void {
    const value = this.#placed.get(entry)
    if (value?.counted !== false) return
    this.#bySequence.set(BigInt(entry.sequence), entry)
    this.#bySerial.set(textOf(entry, 'serial'), this.#ofDevice(entry).add(value.place))
  }

  #ofDevice(entry: RebuiltEntry): Places {
    return this.#bySerial.get(textOf(entry, 'serial')) ?? new Set()
  }

  /** Where those lie that an operator's entry counts; undefined when the one that it names is not shown before it. */
  resolve(entry: RebuiltEntry): Places | undefined {
    const first = this.#bySequence.get(integerOf(entry, 'reading'))
    if (first === undefined) return undefined
    // A swap counts all of the device that is gone.
    return entry.kind === 'swap' ? this.#ofDevice(first) : new Set([this.#placed.get(first)?.place])
  }
}
