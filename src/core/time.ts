import { EnergywebError } from './errors.ts'

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number

const rfc3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,12}))?)?(Z|z|[+-]\d{2}:?\d{2})?$/

/** `Date.UTC` takes years below 100 for ones of the last century; 400 years later the calendar is the same. */
const calendarCycle = 146_097 * 86_400_000

export interface ParseInstantOptions {
  /** What a time without a zone means. Without this option such a time is refused. */
  assume?: 'utc'
}

/**
 * Reads an RFC 3339 time; digits finer than a millisecond are cut off. Seconds may be missing, a leap second is the second after.
 * @throws EnergywebError `time-invalid`
 */
export function parseInstant(text: string, options: ParseInstantOptions = {}): Instant {
  const match = rfc3339.exec(text)
  const fail = (why: string): never => {
    throw new EnergywebError('time-invalid', `"${text.slice(0, 64)}" is not a time: ${why}`)
  }
  if (match === null) return fail('expected RFC 3339, like 2024-05-01T08:00:00Z')
  const [, year, month, day, hour, minute, second = '0', fraction = '', zone] = match
  if (zone === undefined && options.assume === undefined) return fail('it has no zone')
  const leap = Number(second) === 60
  const shifted = Date.UTC(
    Number(year) + 400,
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    leap ? 0 : Number(fraction.slice(0, 3).padEnd(3, '0')),
  )
  const local = shifted - calendarCycle
  const check = new Date(local - (leap ? 1000 : 0))
  if (
    check.getUTCMonth() !== Number(month) - 1 ||
    check.getUTCDate() !== Number(day) ||
    check.getUTCHours() !== Number(hour) ||
    check.getUTCMinutes() !== Number(minute)
  ) {
    return fail('there is no such day or hour')
  }
  return local - offsetOf(zone ?? 'Z', fail)
}

function offsetOf(zone: string, fail: (why: string) => never): number {
  if (zone === 'Z' || zone === 'z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(-2))
  if (hours > 23 || minutes > 59) return fail('there is no such zone')
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000
}

/**
 * UTC with exactly three decimals, the form of every time in an entry: `2024-05-01T08:00:00.000Z`.
 * @throws EnergywebError `time-invalid` outside the years 0000 to 9999.
 */
export function formatInstant(instant: Instant): string {
  const date = new Date(instant)
  const year = date.getUTCFullYear()
  if (!(year >= 0 && year <= 9999)) {
    throw new EnergywebError('time-invalid', `${instant} is outside the years 0000 to 9999`)
  }
  return date.toISOString()
}
