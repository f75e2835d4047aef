import type { Instant } from '../../core/time.ts'
import type { PeriodLength } from './define-ledger.ts'

/** Start included, end not; whole hours, days and months of UTC. */
export interface Period {
  readonly from: Instant
  readonly to: Instant
}

/** The period that an instant lies in. */
export function periodAt(instant: Instant, length: PeriodLength): Period {
  const date = new Date(instant)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  switch (length) {
    case 'hour': {
      const hour = 3_600_000
      const from = Math.floor(instant / hour) * hour
      return { from, to: from + hour }
    }
    case 'day':
      return {
        from: Date.UTC(year, month, date.getUTCDate()),
        to: Date.UTC(year, month, date.getUTCDate() + 1),
      }
    case 'month':
      return { from: Date.UTC(year, month), to: Date.UTC(year, month + 1) }
  }
}

/**
 * The period that energy measured until an instant belongs to: what is measured at midnight was produced on the day before.
 */
export function periodUntil(instant: Instant, length: PeriodLength): Period {
  return periodAt(instant - 1, length)
}
