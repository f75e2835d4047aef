import type { Instant } from '../../core/time.ts'

/** A booking of a device: it may lie in the future, run, or be over. */
export interface UsnRental {
  /** Whose it is, 0x and 40 hex digits, lower case. */
  readonly controller: string
  readonly from: Instant
  /** Its end, not included. */
  readonly until: Instant
}

/** Bookings of a device by their start: two never begin at once. */
export type UsnBookings = ReadonlyMap<Instant, UsnRental>

/** Bookings with one more, or with one whose end has moved: extended, or returned early. */
export function withRental(bookings: UsnBookings, rental: UsnRental): UsnBookings {
  return new Map(bookings).set(rental.from, rental)
}

/** The booking that runs at an instant. */
export function runningAt(bookings: UsnBookings, instant: Instant): UsnRental | undefined {
  // Should two overlap, by a contract that lets them, the one that began last counts.
  return [...bookings.values()]
    .filter(({ from, until }) => from <= instant && instant < until)
    .toSorted((a, b) => b.from - a.from)[0]
}

/** The next instant at which a booking starts or ends, by the bookings that are known. */
export function nextChange(bookings: UsnBookings, instant: Instant): Instant | undefined {
  const changes = [...bookings.values()].flatMap(({ from, until }) => [from, until])
  const later = changes.filter(change => change > instant)
  return later.length === 0 ? undefined : Math.min(...later)
}

/** Those that are not over. */
export function notOver(bookings: UsnBookings, instant: Instant): UsnBookings {
  return new Map([...bookings].filter(([, { until }]) => until > instant))
}
