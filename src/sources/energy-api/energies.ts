import { z } from 'zod'
import type { ExactEnergy } from '../../core/energy.ts'
import { EnergywebError, messageOf } from '../../core/errors.ts'
import { type Instant, parseInstant } from '../../core/time.ts'
import { type Answer, malformed } from '../answers.ts'
import { JsonNumber, parseExactJson } from '../exact-json.ts'
import { plausibleEnergy } from '../plausible-energy.ts'
import type { Asset } from './asset.ts'

export interface EnergyItem extends ExactEnergy {
  readonly time: Instant
}

export interface EnergyItems {
  /** In order of time, each said once. */
  readonly items: readonly EnergyItem[]
  readonly warnings: readonly string[]
}

/** The contract writes `measurementTime`; the one known server writes `measurement_time`. */
const item = z
  .object({
    energy: z.instanceof(JsonNumber),
    measurementTime: z.string().optional(),
    measurement_time: z.string().optional(),
  })
  .transform(({ energy, measurementTime, measurement_time }) => ({
    energy: energy.text,
    time: measurementTime ?? measurement_time ?? '',
  }))

const shape = z.array(item)

/**
 * Parses `GET /asset/{id}/energy`: rows in any order, repeated rows, times with an offset or none (UTC).
 * @throws EnergywebError `source-malformed`
 */
export function parseEnergies({ bytes, where }: Answer, { unit }: Asset): EnergyItems {
  const parsed = shape.safeParse(parseExactJson(bytes, where))
  if (!parsed.success) {
    const [first] = parsed.error.issues
    throw malformed(
      where,
      `not a list of energies: ${first?.message} at ${first?.path.join('.')}`,
      parsed.error,
    )
  }
  const items = parsed.data
    .map(({ energy, time }) => ({ ...plausibleEnergy(energy, unit, where), time: instantOf(time, where) }))
    .sort((a, b) => a.time - b.time || compare(a, b))
  return distinct(items)
}

function compare(a: ExactEnergy, b: ExactEnergy): number {
  if (a.energy !== b.energy) return a.energy < b.energy ? -1 : 1
  return a.fraction === b.fraction ? 0 : a.fraction < b.fraction ? -1 : 1
}

/** Equal rows are one. Rows of one time with different energies all stay: which one holds is not ours to choose. */
function distinct(items: readonly EnergyItem[]): EnergyItems {
  const kept: EnergyItem[] = []
  let repeated = 0
  let contradicting = 0
  for (const next of items) {
    const last = kept.at(-1)
    if (last?.time === next.time && compare(last, next) === 0) repeated++
    else {
      if (last?.time === next.time) contradicting++
      kept.push(next)
    }
  }
  const warnings: string[] = []
  if (repeated > 0) warnings.push(`${repeated} rows were repeated`)
  if (contradicting > 0) warnings.push(`${contradicting} rows contradict another row of the same time`)
  return { items: kept, warnings }
}

function instantOf(text: string, where: string): Instant {
  try {
    return parseInstant(text, { assume: 'utc' })
  } catch (error) {
    if (error instanceof EnergywebError) throw malformed(where, messageOf(error), error)
    throw error
  }
}
