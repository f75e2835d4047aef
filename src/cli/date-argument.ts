import { parseInstant } from '../core/time.ts'

/**
 * A date, which begins at midnight UTC, or a time with its zone.
 * @throws EnergywebError `time-invalid`
 */
export function parseDate(given: string): number {
  return parseInstant(/^\d{4}-\d\d-\d\d$/.test(given) ? `${given}T00:00:00Z` : given)
}
