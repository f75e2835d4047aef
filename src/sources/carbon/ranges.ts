import { formatInstant, type Instant } from '../../core/time.ts'

/** The time `[from, to)`. */
export interface Range {
  readonly from: Instant
  readonly to: Instant
}

/** A range cut into parts of `longest` milliseconds or less, in order of time. */
export function partsOf({ from, to }: Range, longest: number): readonly Range[] {
  const parts: Range[] = []
  for (let start = from; start < to; start += longest)
    parts.push({ from: start, to: Math.min(start + longest, to) })
  return parts
}

/** The range widened to whole steps of so many milliseconds. */
export function widened({ from, to }: Range, step: number): Range {
  return { from: Math.floor(from / step) * step, to: Math.ceil(to / step) * step }
}

/** `2024-05-01T08:00:00Z`. */
export function isoSeconds(instant: Instant): string {
  return `${formatInstant(instant).slice(0, 19)}Z`
}

/** `2024-05-01T08:00Z`. */
export function isoMinutes(instant: Instant): string {
  return `${formatInstant(instant).slice(0, 16)}Z`
}
