import type { CarbonFactor, CarbonIntensity } from './carbon.ts'
import { type Energy, millijoulesPer } from './energy.ts'
import type { Mass } from './mass.ts'
import type { RawPayload } from './reading.ts'
import type { TimeRange } from './register.ts'

const attogramsPerNanogram = 1_000_000_000n

/**
 * CO2 of an energy: `floor(energy * factor / (3.6 * 10^9 * 10^9))`, for 1 kWh is 3.6 * 10^9 mJ and 1 ng is 10^9 ag.
 * @param energy - mJ, not below zero
 * @param factor - attograms a kWh
 */
export function carbonOf(energy: Energy, factor: CarbonFactor): Mass {
  return (energy * factor) / (millijoulesPer.kWh * attogramsPerNanogram)
}

/** The factor of a span of time, with where it comes from. */
export interface CarbonMean {
  /** The mean of the intensities, weighted by time and rounded down. */
  readonly factor: CarbonFactor
  /** Undefined where the intensities differ or don't say. */
  readonly scope: CarbonIntensity['scope']
  /** True when any of the intensities is estimated. */
  readonly estimated: boolean
  /** The answers that hold the intensities, each once, in order of time. */
  readonly raws: readonly RawPayload[]
}

/**
 * The factor of `[from, to)`; undefined unless intensities cover all of it. Nothing is extrapolated.
 * @param intensities - in order of time, without overlaps
 */
export function meanFactor(
  intensities: readonly CarbonIntensity[],
  { from, to }: TimeRange,
): CarbonMean | undefined {
  const used = intensities.filter(intensity => intensity.from < to && intensity.to > from)
  let sum = 0n
  let at = from
  for (const intensity of used) {
    if (intensity.from > at) return undefined
    const until = Math.min(intensity.to, to)
    sum += intensity.factor * BigInt(Math.max(0, until - at))
    at = Math.max(at, until)
  }
  const [first] = used
  if (first === undefined || at < to) return undefined
  return {
    factor: sum / BigInt(to - from),
    scope: used.every(({ scope }) => scope === first.scope) ? first.scope : undefined,
    estimated: used.some(({ estimated }) => estimated),
    raws: [...new Set(used.map(({ raw }) => raw))],
  }
}
