import type { Channel } from '../../core/reading.ts'
import { formatInstant, type Instant } from '../../core/time.ts'

export interface Range {
  readonly start: Instant
  readonly end: Instant
  readonly limit: number
}

/** The path that a channel's energy is at in versions 1 and 2. */
export const roles: Readonly<Record<Channel, string>> = { export: 'produced', import: 'consumed' }

/** Version 3. The known server answers 404 to fractions of a second and 500 when an end is missing. */
export function assetEnergiesUrl(asset: string, { start, end, limit }: Range): string {
  const query = new URLSearchParams({
    timeStart: wholeSeconds(start, 'Z'),
    timeEnd: wholeSeconds(end, 'Z'),
    accumulated: 'false',
    limit: String(limit),
  })
  return `${asset}/energy?${query}`
}

/** Versions 1 and 2. Their services were written when many a parser knew an offset and no `Z`; the query encodes the `+`. */
export function measuredEnergyUrl(list: string, { start, end, limit }: Range): string {
  const query = new URLSearchParams({
    start: wholeSeconds(start, '+00:00'),
    end: wholeSeconds(end, '+00:00'),
    limit: String(limit),
  })
  return `${list}?${query}`
}

function wholeSeconds(instant: Instant, zone: string): string {
  return `${formatInstant(instant).slice(0, 19)}${zone}`
}
