import type { TimeRange } from './register.ts'

/** Index of the first range that ends after `instant`; ranges are disjoint and sorted. */
function firstEndingAfter(ranges: readonly TimeRange[], instant: number): number {
  let low = 0
  let high = ranges.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ranges[middle]?.to ?? 0) > instant) high = middle
    else low = middle + 1
  }
  return low
}

/** True when the range shares a moment with one of them. */
export function overlaps(ranges: readonly TimeRange[], range: TimeRange): boolean {
  const next = ranges[firstEndingAfter(ranges, range.from)]
  return next !== undefined && next.from < range.to
}

/** The ranges and one more that overlaps none of them, neighbours merged. */
export function cover(ranges: readonly TimeRange[], range: TimeRange): readonly TimeRange[] {
  const at = firstEndingAfter(ranges, range.from)
  const left = ranges[at - 1]
  const right = ranges[at]
  const mergesLeft = left !== undefined && left.to === range.from
  const mergesRight = right !== undefined && right.from === range.to
  const merged = {
    from: mergesLeft ? left.from : range.from,
    to: mergesRight ? right.to : range.to,
  }
  return [...ranges.slice(0, mergesLeft ? at - 1 : at), merged, ...ranges.slice(mergesRight ? at + 1 : at)]
}
