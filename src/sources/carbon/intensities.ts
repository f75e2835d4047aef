import {
  type CarbonBasis,
  type CarbonFactor,
  type CarbonIntensity,
  type CarbonResult,
  type CarbonUnit,
  parseCarbonFactor,
} from '../../core/carbon.ts'
import { parseDecimal } from '../../core/energy.ts'
import { EnergywebError, messageOf } from '../../core/errors.ts'
import type { RawPayload } from '../../core/reading.ts'
import type { Instant } from '../../core/time.ts'
import { malformed } from '../answers.ts'

/** A value as a service said it. */
export interface SaidPeriod {
  readonly from: Instant
  readonly to: Instant
  /** Decimal text. */
  readonly value: string
  readonly estimated: boolean
}

/** What is the same for all values of an answer. */
export interface AnswerMeaning {
  readonly unit: CarbonUnit
  readonly basis: CarbonBasis
  readonly scope?: 'direct' | 'lifecycle'
  readonly raw: RawPayload
  /** For messages. */
  readonly where: string
}

/** Ten kilograms a kWh: several times what the worst power station emits. */
const absurd = parseCarbonFactor('10000', 'g/kWh')

/**
 * A service's values as intensities. One below zero or beyond 10 kg/kWh stands for nothing that emits: it is left out.
 * @throws EnergywebError `source-malformed` for what is no number
 */
export function toIntensities(said: readonly SaidPeriod[], meaning: AnswerMeaning): CarbonResult {
  const { unit, where, ...rest } = meaning
  const intensities: CarbonIntensity[] = []
  for (const { value, ...period } of said) {
    const factor = factorOf(value, unit, where)
    if (factor >= 0n && factor <= absurd) intensities.push({ ...period, factor, ...rest })
  }
  const strange = said.length - intensities.length
  const warnings = strange === 0 ? [] : [`${strange} values below zero or beyond 10 kg/kWh were left out`]
  return { intensities, warnings }
}

/** Negative for a value below zero. */
function factorOf(value: string, unit: CarbonUnit, where: string): CarbonFactor {
  try {
    return parseDecimal(value).digits < 0n ? -1n : parseCarbonFactor(value, unit)
  } catch (error) {
    if (error instanceof EnergywebError) throw malformed(where, messageOf(error), error)
    throw error
  }
}

/**
 * What several answers said about a time, in order. The same said twice is said once; where answers contradict each other
 * the choice is not ours: none of them counts.
 */
export function inOrder(
  results: readonly CarbonResult[],
  { from, to }: { from: Instant; to: Instant },
): CarbonResult {
  const wanted = results
    .flatMap(({ intensities }) => intensities)
    .filter(one => one.from < to && one.to > from)
    .sort((a, b) => a.from - b.from || a.to - b.to || Number(a.estimated) - Number(b.estimated))
  const disputed = new Set<CarbonIntensity>()
  const kept: CarbonIntensity[] = []
  let reach: CarbonIntensity | undefined
  for (const next of wanted) {
    if (reach !== undefined && next.from < reach.to) {
      if (isSame(reach, next)) continue
      disputed.add(reach).add(next)
    }
    kept.push(next)
    if (reach === undefined || next.to > reach.to) reach = next
  }
  const warnings = results.flatMap(result => result.warnings)
  if (disputed.size > 0) warnings.push(`${disputed.size} values contradict another one of the same time`)
  return { intensities: kept.filter(one => !disputed.has(one)), warnings }
}

function isSame(a: CarbonIntensity, b: CarbonIntensity): boolean {
  return a.from === b.from && a.to === b.to && a.factor === b.factor
}
