import type { PeriodView } from './period-view.ts'
import { integerOf, type RebuiltEntry } from './rebuilt-entry.ts'

/** An entry that says that the documents of others were erased, and of which. */
interface Erasure {
  readonly entry: RebuiltEntry
  readonly first: bigint
  readonly last: bigint
}

/**
 * The entries that say that the documents of sealed ones were erased, as far as the file shows them.
 * @param sealed - by their sequence, ascending: they may be as many as the erasures, so both are gone through once
 */
export function erasuresOf(
  sealed: readonly RebuiltEntry[],
  { segments }: Pick<PeriodView, 'segments'>,
): ReadonlyMap<RebuiltEntry, RebuiltEntry> {
  const erasures = segments
    .flat()
    .flatMap(erasureIn)
    .toSorted((a, b) => (a.first < b.first ? -1 : 1))
    .values()
  const found = new Map<RebuiltEntry, RebuiltEntry>()
  let next = erasures.next()
  let widest: Erasure | undefined
  for (const entry of sealed) {
    for (; next.done !== true && next.value.first <= entry.sequence; next = erasures.next()) {
      if (widest === undefined || next.value.last > widest.last) widest = next.value
    }
    if (widest !== undefined && widest.last >= entry.sequence) found.set(entry, widest.entry)
  }
  return found
}

/** It erases what is before it, and nothing behind. */
function erasureIn(entry: RebuiltEntry): readonly Erasure[] {
  if (entry.kind !== 'erasure') return []
  const [first, last] = [integerOf(entry, 'first'), integerOf(entry, 'last')]
  if (first === undefined || last === undefined) return []
  const before = BigInt(entry.sequence) - 1n
  return [{ entry, first, last: last < before ? last : before }]
}
