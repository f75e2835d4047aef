import { leavesOpen, placeOf } from './findings.ts'
import { HeldCounters } from './held-counters.ts'
import { HeldIntervals } from './held-intervals.ts'
import { isOpening, isResolution, type PeriodView, saysTotal, totalAfter } from './period-view.ts'
import { integerOf, type RebuiltEntry, textOf } from './rebuilt-entry.ts'
import type { Finding } from './verification.ts'

/** The energy of the period, mJ, or why it can't be told. */
export type PeriodEnergy = bigint | Finding

/**
 * Works the period's energy out. Of counters it is what the total rose by from the last counted reading before the period to
 * the end of the period; of intervals what the period's readings and their revisions raised it by.
 */
export function periodEnergy(view: PeriodView): PeriodEnergy {
  const kind = kindOf(view)
  if (kind === 'counter') return counterEnergy(view)
  if (kind === 'interval') return intervalEnergy(view)
  return leavesOpen('energy-undecided', 'Nothing shows whether the meter gives a counter or intervals.')
}

/** Counter or intervals: as the opening says or, where that is not shown, every counted reading of the stream. */
export function kindOf({ opening, placed }: PeriodView): string | null | undefined {
  const named = opening && textOf(opening, 'kind')
  if (named !== undefined) return named
  const counted = [...placed.values()].find(value => value.counted === true)
  return counted && textOf(counted.entry, 'kind')
}

function undecided(entry: RebuiltEntry | undefined, why: string): Finding {
  return leavesOpen(
    'energy-undecided',
    `The period's energy can't be worked out: ${why}.`,
    entry && placeOf(entry),
  )
}

function counterEnergy(view: PeriodView): PeriodEnergy {
  const held = new HeldCounters(view)
  let start: bigint | undefined
  let last: bigint | undefined
  for (const entry of view.main) {
    if (entry === view.end) break
    const value = view.placed.get(entry)
    held.take(entry)
    if (value?.counted === false || !saysTotal(entry)) continue
    const total = totalAfter(entry)
    if (total === undefined) return undecided(entry, `entry ${entry.sequence} does not show the total`)
    if (value !== undefined && (value.place === undefined || value.counted === undefined)) {
      return undecided(entry, `entry ${entry.sequence} does not show its time and status`)
    }
    const place = isResolution(entry) && total !== last ? held.resolve(entry) : value?.place
    if (place === 'both') return borderUnclear(entry)
    if (isOpening(entry) || place === 'before') start = total
    // What is counted from here on was measured after the period.
    if (place === 'after') break
    last = total
  }
  if (start === undefined || last === undefined)
    return undecided(view.main[0], 'no entry shows the total at its start')
  return last - start
}

function borderUnclear(entry: RebuiltEntry): Finding {
  return leavesOpen(
    'border-unclear',
    `The period's energy can't be told from that after it: entry ${entry.sequence}, an operator's, counts readings from both.`,
    placeOf(entry),
  )
}

function intervalEnergy(view: PeriodView): PeriodEnergy {
  const held = new HeldIntervals(view)
  let energy = 0n
  for (const segment of view.segments) {
    let before: bigint | undefined
    for (const entry of segment.filter(saysTotal)) {
      const total = totalAfter(entry)
      held.take(entry)
      const part = isWithin(view, held, entry)
      if (typeof part === 'object') return part
      if (part) {
        if (total === undefined || before === undefined) {
          return undecided(entry, `nothing shows by how much entry ${entry.sequence} raised the total`)
        }
        energy += total - before
      }
      before = total
    }
  }
  return energy
}

/** True when what the entry did to the total is of the period. */
function isWithin(view: PeriodView, held: HeldIntervals, entry: RebuiltEntry): boolean | Finding {
  if (isOpening(entry)) return false
  if (isResolution(entry)) return resolvesWithin(view, held, entry)
  const value = view.placed.get(entry)
  if (value?.place !== undefined && value.counted !== undefined)
    return value.counted && value.place === 'within'
  return (
    isNeeded(view, entry) && undecided(entry, `entry ${entry.sequence} does not show its time and status`)
  )
}

/** Up to the end of the period each entry must be known; behind it, only what is shown is looked at. */
export function isNeeded({ end }: PeriodView, entry: RebuiltEntry): boolean {
  return entry.segment === 0 && (end === undefined || entry.sequence < end.sequence)
}

/** An operator's entry is of the period when the held readings that it counts are. */
function resolvesWithin(view: PeriodView, held: HeldIntervals, entry: RebuiltEntry): boolean | Finding {
  if (integerOf(entry, 'readings') === 0n) return false
  const places = held.resolve(entry)
  if (places === undefined) {
    return (
      isNeeded(view, entry) &&
      undecided(entry, `the reading that entry ${entry.sequence} counts is not shown`)
    )
  }
  return places.has('within') && (places.size === 1 || borderUnclear(entry))
}
