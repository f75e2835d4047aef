import { clockText, dayText, monthText } from './figures.ts'

/** Round values from 0 to at least `highest`: steps of 1, 2, 2.5 or 5 and their tens. */
export function valueTicks(highest: number, most = 5): readonly number[] {
  if (!(highest > 0)) return [0, 1]
  const rough = highest / most
  const tens = 10 ** Math.floor(Math.log10(rough))
  const step = tens * ([1, 2, 2.5, 5].find(factor => factor * tens >= rough) ?? 10)
  const count = Math.ceil(highest / step - 1e-9)
  return Array.from({ length: count + 1 }, (_, i) => Number((i * step).toPrecision(12)))
}

/** The unit in which the largest power is a number that people can read, and how many watts make it. */
export function powerUnit(watts: number): { readonly name: string; readonly per: number } {
  if (watts >= 1e9) return { name: 'GW', per: 1e9 }
  if (watts >= 1e6) return { name: 'MW', per: 1e6 }
  if (watts >= 1e3) return { name: 'kW', per: 1e3 }
  return watts >= 1 || watts === 0 ? { name: 'W', per: 1 } : { name: 'mW', per: 1e-3 }
}

export interface TimeTick {
  readonly at: number
  readonly text: string
  /** A day among hours, a month among days. */
  readonly major: boolean
}

const hour = 3_600_000
const day = 24 * hour
const steps = [1, 5, 15, 30]
  .map(minutes => minutes * 60_000)
  .concat([1, 2, 3, 6, 12].map(hours => hours * hour))

/** Ticks at round UTC times, at most so many. */
export function timeTicks(from: number, to: number, most: number): readonly TimeTick[] {
  const step = steps.find(size => (to - from) / size <= most)
  if (step !== undefined) {
    return evenly(from, to, step).map(at => ({
      at,
      text: at % day === 0 ? dayText(at, false) : clockText(at),
      major: at % day === 0,
    }))
  }
  const days = [1, 2, 5, 10].find(count => (to - from) / (count * day) <= most)
  return days === undefined ? monthTicks(from, to, most) : dayTicks(from, to, days)
}

function evenly(from: number, to: number, step: number): number[] {
  const first = Math.ceil(from / step)
  const count = Math.max(0, Math.floor(to / step) - first + 1)
  return Array.from({ length: count }, (_, i) => (first + i) * step)
}

/** The 1st, 6th, 11th, … of each month; the ones near the next month's first are left out. */
function dayTicks(from: number, to: number, every: number): readonly TimeTick[] {
  return evenly(from, to, day)
    .filter(at => {
      const date = new Date(at).getUTCDate()
      return every === 1 || ((date - 1) % every === 0 && date + every <= 32)
    })
    .map(at => ({ at, text: dayText(at, false), major: new Date(at).getUTCDate() === 1 }))
}

function monthTicks(from: number, to: number, most: number): readonly TimeTick[] {
  const every =
    [1, 2, 3, 6, 12, 24, 60, 120, 240, 600].find(count => (to - from) / (count * 30 * day) <= most) ?? 1_200
  const start = new Date(from)
  const ticks: TimeTick[] = []
  for (let month = start.getUTCMonth(); ; month++) {
    const at = Date.UTC(start.getUTCFullYear(), month, 1)
    if (at > to) return ticks
    const index = new Date(at).getUTCFullYear() * 12 + new Date(at).getUTCMonth()
    if (at >= from && index % every === 0) {
      ticks.push({ at, text: monthText(at), major: new Date(at).getUTCMonth() === 0 })
    }
  }
}
