import type { PeriodView } from './period-view.ts'
import { integerOf, type RebuiltEntry } from './rebuilt-entry.ts'

/**
 * The entries that say that the documents of sealed ones were erased, as far as the file shows them. One erases what is before
 * it, and nothing behind.
 * @param sealed - by their sequence, ascending: they may be as many as the erasures, so both are gone through once
 */
export function erasuresOf(
  sealed: readonly RebuiltEntry[],
  { segments }: Pick<PeriodView, 'segments'>,
): ReadonlyMap<RebuiltEntry, RebuiltEntry> {
  const erasures = segments
    .flat()
    .flatMap(entry => {
      const [first, last] = [integerOf(entry, 'first'), integerOf(entry, 'last')]
      if (entry.kind !== 'erasure' || first === undefined || last === undefined) return []
      return [{ entry, first, last: last < entry.sequence ? last : entry.sequence - 1 }]
    })
    .toSorted((a, b) => (a.first < b.first ? -1 : 1))
    .values()
  const found = new Map<RebuiltEntry, RebuiltEntry>()
  let next = erasures.next()
  let widest: typeof next.value
  for (const entry of sealed) {
    for (; next.done !== true && next.value.first <= entry.sequence; next = erasures.next()) {
      if (widest === undefined || next.value.last > widest.last) widest = next.value
    }
    if (widest !== undefined && widest.last >= entry.sequence) found.set(entry, widest.entry)
  }
  return found
}
