import type { PeriodView } from './period-view.ts'
import { integerOf, type RebuiltEntry } from './rebuilt-entry.ts'

/** The entry that says that the document of this one was erased, if the file shows it. */
export function erasureOf(
  { sequence, content }: RebuiltEntry,
  { segments }: Pick<PeriodView, 'segments'>,
): RebuiltEntry | undefined {
  if (content !== 'sealed') return undefined
  return segments.flat().find(entry => {
    if (entry.kind !== 'erasure' || entry.sequence <= sequence) return false
    const [first, last] = [integerOf(entry, 'first'), integerOf(entry, 'last')]
    return first !== undefined && last !== undefined && first <= BigInt(sequence) && BigInt(sequence) <= last
  })
}
