import { isEnergywebError } from '../../core/errors.ts'
import type { ReadRequest, SourceResult } from '../../core/source.ts'
import type { Instant } from '../../core/time.ts'

export interface HistoryOptions {
  /** How far back the first poll looks, in milliseconds. */
  readonly lookback: number
  /** How far back every later poll looks again. */
  readonly overlap?: number | undefined
  /** Length of an interval: the item before the first wanted one tells where that one begins. */
  readonly interval?: number | undefined
}

/** A part of a history: items from `start` to `end` are asked for, those after `after` are wanted. */
export interface HistoryPart {
  readonly start: Instant
  readonly end: Instant
  readonly after: Instant
}

/** Every zone's offset fits into a day: a clock that is wrong by its zone is seen, not cut off. */
const ahead = 86_400_000
const shortest = 3_600_000

/**
 * Reads what a service that keeps a history has that is new. Too large an answer halves the time that is asked for, down to
 * an hour; a part with nothing new leads on to the rest. So after a long outage each poll brings the oldest part that fits.
 * A service that heeds no range can't open a register in another year: nothing before the look-back is wanted.
 */
export async function readHistory(
  { since }: Pick<ReadRequest, 'since'>,
  { now, lookback, overlap = 0, interval = 0 }: HistoryOptions & { now: Instant },
  read: (part: HistoryPart) => Promise<SourceResult>,
): Promise<SourceResult> {
  const newest = since ?? now - lookback
  const after = since === undefined ? newest : newest - overlap
  const last = now + ahead
  let start = Math.min(after, now) - interval
  let end = last
  while (true) {
    const part = await read({ start, end, after }).catch((error: unknown) => {
      if (!isEnergywebError(error, 'source-too-large') || end - start <= shortest) throw error
      return undefined
    })
    if (part === undefined) end = start + Math.floor((end - start) / 2)
    else if (end < last && part.readings.every(({ measuredAt }) => measuredAt <= newest)) {
      start = end
      end = last
    } else return part
  }
}
