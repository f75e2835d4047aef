import { sleep } from '../core/clock.ts'
import type { Instant } from '../core/time.ts'
import { type Calendar, openCalendar } from './cron-calendar.ts'
import type { Tick, Trigger, TriggerContext } from './trigger.ts'

/** A trigger by wall clock. An app puts it on its timer wheel and never iterates it. */
export interface CronTrigger extends Trigger<never> {
  readonly pattern: string
  readonly zone: string
  /** The first instant of the pattern after `instant`. */
  nextAfter(instant: Instant): Instant
  /** The last instant of the pattern at or before `instant`. */
  latestAt(instant: Instant): Instant | undefined
}

export interface CronOptions {
  /** A name of the IANA time zone database, like `Europe/Vienna`. Default: the machine's zone. */
  readonly zone?: string
}

/** The wall clock is looked at this often, in milliseconds, so that a jump of it is noticed. */
export const longestLook = 60_000

const calendars = new Map<string, Calendar>()
const mostCalendars = 1_000

/**
 * A trigger by wall clock: five parts (minute, hour, day of month, month, weekday), or six with seconds before them, or
 * `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`. When the clock is put forward, a job of fixed times (no `*` and no
 * step in seconds, minutes and hours) whose time is skipped runs right after the gap; when it is put back, it runs once, at
 * the first of the two. Every other pattern follows the wall clock: what is skipped doesn't run, what comes twice runs twice.
 * @throws EnergywebError `cron-invalid`
 * @example
 * cron('0 3 * * *', { zone: 'Europe/Vienna' })
 */
export function cron(pattern: string, options: CronOptions = {}): CronTrigger {
  const zone = options.zone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone
  const { nextAfter, latestAt } = calendarOf(pattern, zone)
  const iterate = (context: TriggerContext) => ticks(context, nextAfter)
  return Object.assign(iterate, { pattern, zone, nextAfter, latestAt })
}

/** True for what {@link cron} makes. */
export function isCronTrigger(trigger: Trigger<unknown>): trigger is CronTrigger {
  return 'nextAfter' in trigger && 'latestAt' in trigger
}

// A gateway may have a thousand assets of one pattern, all due at the same instant.
function calendarOf(pattern: string, zone: string): Calendar {
  const key = `${zone} ${pattern}`
  const known = calendars.get(key)
  if (known !== undefined) return known
  const calendar = openCalendar(pattern, zone)
  if (calendars.size >= mostCalendars) calendars.clear()
  calendars.set(key, calendar)
  return calendar
}

async function* ticks(
  { clock, signal }: TriggerContext,
  nextAfter: (instant: Instant) => Instant,
): AsyncGenerator<Tick<never>> {
  let next = nextAfter(clock.now())
  for (let number = 0; ; number++) {
    for (let now = clock.now(); now < next; now = clock.now()) {
      await sleep(Math.min(next - now, longestLook), { clock, signal })
    }
    const at = clock.now()
    yield { number, at, lateness: at - next }
    next = nextAfter(Math.max(next, clock.now()))
  }
}
