import { parsedJson, severities } from './line.ts'

/** How many messages of each severity, in the order of `severities`. */
export type Counts = readonly number[]

export const noCounts: Counts = severities.map(() => 0)

export function sumOf(counts: Counts): number {
  return counts.reduce((sum, count) => sum + count, 0)
}

export function addCounts(one: Counts, other: Counts): Counts {
  return one.map((count, level) => count + (other[level] ?? 0))
}

/** Counts of text that a database kept. What a disk has damaged counts nothing: messages must not wait for a number. */
export function parseCounts(text: string): Counts {
  const parsed = parsedJson(text)
  if (!Array.isArray(parsed)) return noCounts
  return severities.map((_, level) => {
    const count: unknown = parsed[level]
    return typeof count === 'number' && Number.isSafeInteger(count) && count > 0 ? count : 0
  })
}
