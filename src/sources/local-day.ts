import type { Instant } from '../core/time.ts'

/*
 * Days of a time zone. A day that a clock is changed in has 23 or 25 hours (half an hour less or more on Lord Howe
 * Island). Zones that skip midnight itself have no such instant on that day; none of Europe does.
 */

const minute = 60_000
const hour = 3_600_000

/** Days of one IANA time zone, like `Europe/Berlin`. */
export interface LocalDays {
  /** True at 00:00:00.000 of a local day. */
  isMidnight(instant: Instant): boolean
  /** The last midnight at or before an instant. */
  midnightBefore(instant: Instant): Instant
  /** The first midnight after an instant. */
  midnightAfter(instant: Instant): Instant
}

/** True for a name that this machine's time zone data know. */
export function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

/** @param zone - see {@link isTimeZone} */
export function localDays(zone: string): LocalDays {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  /** Milliseconds that a clock on the wall shows. */
  const timeOfDay = (instant: Instant): number => {
    const [hours = 0, minutes = 0, seconds = 0] = format.format(instant).split(':').map(Number)
    return ((hours * 60 + minutes) * 60 + seconds) * 1_000 + (((instant % 1_000) + 1_000) % 1_000)
  }
  const isMidnight = (instant: Instant) => timeOfDay(instant) === 0
  const midnightBefore = (instant: Instant): Instant => {
    const guess = instant - timeOfDay(instant)
    // The clock was changed in between: what it shows at the guess says by how much.
    const shown = timeOfDay(guess)
    return shown === 0 ? guess : guess + (shown < 12 * hour ? -shown : 24 * hour - shown)
  }
  return {
    isMidnight,
    midnightBefore,
    midnightAfter(instant) {
      const start = midnightBefore(instant)
      return midnightBefore(start + 36 * hour + minute)
    },
  }
}
