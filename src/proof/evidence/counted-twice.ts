import { placeOf, refutes } from './findings.ts'
import { isValue } from './period-view.ts'
import { type RebuiltEntry, textOf, timeOf } from './rebuilt-entry.ts'
import type { Finding } from './verification.ts'

interface CountedInterval {
  readonly entry: RebuiltEntry
  readonly from: string
  readonly to: string
}

/** Finds intervals of one stream that share a moment and were both counted, in whichever segments they stand. */
export function findCountedTwice(entries: readonly RebuiltEntry[]): readonly Finding[] {
  const intervals = entries
    .flatMap(intervalOf)
    .toSorted((a, b) => (`${a.entry.stream} ${a.from}` < `${b.entry.stream} ${b.from}` ? -1 : 1))
  return intervals.flatMap(({ entry, from, to }, i) => {
    const before = intervals[i - 1]
    if (before === undefined || before.entry.stream !== entry.stream || before.to <= from) return []
    const text = `Entry ${entry.sequence} counts the interval from ${from} to ${to}, and entry ${before.entry.sequence} that from ${before.from} to ${before.to}.`
    return [refutes('register-law', text, placeOf(entry))]
  })
}

function intervalOf(entry: RebuiltEntry): readonly CountedInterval[] {
  if (entry.kind !== 'reading' || !isValue(entry) || textOf(entry, 'status') !== 'counted') return []
  const [from, to] = [timeOf(entry, 'from'), timeOf(entry, 'measuredAt')]
  return from === undefined || to === undefined ? [] : [{ entry, from, to }]
}
