import { createRequire } from 'node:module'
import { EnergywebError, messageOf } from '../core/errors.ts'
import type { Instant } from '../core/time.ts'

/** The instants of a cron pattern in a time zone. */
export interface Calendar {
  /** The first instant after `instant`. */
  nextAfter(instant: Instant): Instant
  /** The last instant at or before `instant`. */
  latestAt(instant: Instant): Instant | undefined
}

type Croner = typeof import('croner')

const hint =
  "A pattern has five parts (minute, hour, day of month, month, weekday), or six with seconds before them, like '0 3 * * *'."
const shape = /^\s*(@[a-z]+|\S+(\s+\S+){4,5})\s*$/i

let croner: Croner | undefined

// croner is loaded by the first pattern, and at once, because cron() answers at once: an app without patterns never loads it.
function loadCroner(): Croner {
  croner ??= createRequire(import.meta.url)('croner') as Croner
  return croner
}

/**
 * Reads a pattern. Times that the clock skips or repeats are treated as cron does: a job of fixed times (no `*` and no step
 * in seconds, minutes and hours) runs once, after the gap or the first time; any other follows the wall clock as it is.
 * @throws EnergywebError `cron-invalid` when pattern or zone is none, or when the pattern's day never comes
 */
export function openCalendar(pattern: string, zone: string): Calendar {
  const job = compile(pattern, requireZone(zone))
  const [first] = job.nextRuns(1)
  if (first === undefined) {
    throw new EnergywebError('cron-invalid', `the cron pattern "${shown(pattern)}" never comes`, {
      hint: 'There is no such day in its months.',
    })
  }
  return {
    nextAfter: remembered(instant => {
      const next = job.nextRun(new Date(instant))
      if (next !== null) return next.getTime()
      throw new EnergywebError('cron-invalid', `the cron pattern "${shown(pattern)}" does not come again`)
    }),
    // croner's previous runs are those strictly before, in whole seconds.
    latestAt: instant => job.previousRuns(1, new Date(instant + 1_000))[0]?.getTime(),
  }
}

function compile(pattern: string, timezone: string) {
  const { Cron } = loadCroner()
  try {
    if (!shape.test(pattern)) throw new TypeError('expected five or six parts')
    const rules = { mode: '5-or-6-parts', fixedTimeRule: 'no-wildcard' } as const
    return new Cron(pattern.trim(), { ...rules, timezone, paused: true })
  } catch (cause) {
    const why = messageOf(cause).replace(/^CronPattern: /, '')
    throw new EnergywebError('cron-invalid', `"${shown(pattern)}" is not a cron pattern: ${why}`, {
      hint,
      cause,
    })
  }
}

function requireZone(zone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone
  } catch (cause) {
    throw new EnergywebError('cron-invalid', `"${shown(zone)}" is not a time zone`, {
      hint: 'Give a name of the IANA time zone database, like Europe/Vienna, or UTC.',
      cause,
    })
  }
}

/** Keeps the last few answers: tasks of one pattern ask for the same instants one after the other. */
function remembered(compute: (instant: Instant) => Instant): (instant: Instant) => Instant {
  const answers: { from: Instant; next: Instant }[] = []
  return instant => {
    const known = answers.find(({ from, next }) => instant >= from && instant < next)
    if (known !== undefined) return known.next
    const next = compute(instant)
    answers.unshift({ from: instant, next })
    answers.splice(4)
    return next
  }
}

function shown(text: string): string {
  return String(text).slice(0, 64)
}
