import { type Clock, systemClock } from '../core/clock.ts'
import { askTimeService, type TimeService } from './time-service.ts'

/** How long an answer holds, ms: a machine loses its time server rarely, and asking starts a process. */
const holds = 15 * 60_000

const remarks: Readonly<Record<'yes' | 'no' | 'unknown', string>> = {
  yes: 'clock set by a time server',
  no: 'clock not confirmed by a time server',
  unknown: 'clock of unknown accuracy',
}

export interface ClockRemarkOptions {
  /** What stamps the readings; default the machine's. */
  readonly clock?: Clock
  /** Default: asks the machine. */
  readonly ask?: () => Promise<TimeService>
}

/**
 * Answers a function that says how far the clock that stamps readings can be trusted, for their provenance. It never waits:
 * it says what was found last, and has the machine asked anew once that is old.
 */
export function clockRemark({ clock, ask = askTimeService }: ClockRemarkOptions = {}): () => string {
  if (clock !== undefined && clock !== systemClock) return () => "clock not the machine's own"
  let known: TimeService
  let asked = Number.NEGATIVE_INFINITY
  const refresh = () => {
    const now = systemClock.monotonic()
    if (now - asked < holds) return
    asked = now
    const keep = (answer: TimeService) => {
      known = answer
    }
    ask().then(keep, () => keep(undefined))
  }
  refresh()
  return () => {
    refresh()
    return remarks[known ?? 'unknown']
  }
}
