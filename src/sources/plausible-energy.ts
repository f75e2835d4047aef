import { type EnergyUnit, type ExactEnergy, millijoulesPer, parseEnergy } from '../core/energy.ts'
import { EnergywebError, messageOf } from '../core/errors.ts'
import { malformed } from './answers.ts'

/** A thousand terawatt-hours: more than any single meter will ever count. */
const absurd = 1_000_000n * millijoulesPer.GWh

/**
 * Reads an energy that a device said, refusing what no meter can mean: text that is no number, less than nothing,
 * more than 1,000 TWh. `-0.00` is nothing.
 * @throws EnergywebError `source-malformed`
 */
export function plausibleEnergy(text: string, unit: EnergyUnit, where: string): ExactEnergy {
  const exact = parse(text, unit, where)
  if (exact.energy < 0n) throw malformed(where, `the energy ${text} ${unit} is below zero`)
  if (exact.energy > absurd) throw malformed(where, `the energy ${text} ${unit} is absurd`)
  return exact
}

function parse(text: string, unit: EnergyUnit, where: string): ExactEnergy {
  try {
    return parseEnergy(text, unit)
  } catch (error) {
    if (error instanceof EnergywebError) throw malformed(where, messageOf(error), error)
    throw error
  }
}
