import type { Period } from './period.ts'
import { kindOf } from './period-energy.ts'
import type { PeriodView, PlacedEntry } from './period-view.ts'
import { type RebuiltEntry, textOf, timeOf } from './rebuilt-entry.ts'

/**
 * Times of the period of which no value is shown, of a meter that gives intervals. These come in any order: a run of entries
 * without a hole may leave some of the period out. But no two that are counted share a moment, so that none can have been left
 * out where those that are shown stand without a hole, or where the log itself says, between them, that it has none. Nothing for a
 * counter, whose values are counted in the order of their times.
 */
export function uncoveredTimes(view: PeriodView, { from, to }: Period): readonly Period[] {
  if (kindOf(view) === 'counter') return []
  const spoken = [...view.placed.values()].filter(isSpokenOf)
  if (from === to) return spoken.some(({ place }) => place === 'within') ? [] : [{ from, to }]
  const holes: Period[] = []
  let until = from
  const times = [...spoken.flatMap(timesOf), ...gapsOf(view)].toSorted((a, b) => (a.from < b.from ? -1 : 1))
  for (const time of times) {
    if (time.from > until && until < to) holes.push({ from: until, to: time.from < to ? time.from : to })
    if (time.to > until) until = time.to
  }
  return until < to ? [...holes, { from: until, to }] : holes
}

/** What is held is in question, and told of; but what is held for its overlap lies where others are counted. */
function isSpokenOf({ entry, counted }: PlacedEntry): boolean {
  return (
    counted === true ||
    (textOf(entry, 'status')?.startsWith('held/') === true && textOf(entry, 'status') !== 'held/overlap')
  )
}

function timesOf({ entry }: PlacedEntry): readonly Period[] {
  const [from, to] = [timeOf(entry, 'from'), timeOf(entry, 'measuredAt')]
  return from === undefined || to === undefined ? [] : [{ from, to }]
}

/**
 * Times of which the first segment has a gap: its entries from there to its end have no hole, so that what was filled in by then
 * is shown. A gap that lasted goes on to the next value.
 */
function gapsOf({ main, placed }: PeriodView): readonly Period[] {
  let next: RebuiltEntry | undefined
  return main.toReversed().flatMap(entry => {
    if (placed.get(entry)?.counted === true) next = entry
    if (entry.kind !== 'gap') return []
    const [from, to] = [timeOf(entry, 'from'), timeOf(entry, 'to') ?? (next && timeOf(next, 'from'))]
    return from === undefined || to === undefined ? [] : [{ from, to }]
  })
}
