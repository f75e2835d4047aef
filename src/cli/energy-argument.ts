import { type Energy, type EnergyUnit, formatEnergy, millijoulesPer, parseEnergy } from '../core/energy.ts'
import { EnergywebError } from '../core/errors.ts'

/**
 * Energy as an operator types it: a decimal number and its unit, `12.5 kWh`. It must be whole millijoules.
 * @throws EnergywebError `unit-unknown`, `energy-invalid`
 */
export function parseEnergyArgument(text: string): Energy {
  const match = /^([-+\d.]+) *([A-Za-z]+)$/.exec(text.trim())
  const unit = match === null ? undefined : unitOf(match[2] ?? '')
  if (match === null || unit === undefined) {
    throw new EnergywebError('unit-unknown', `"${text.slice(0, 64)}" is not an energy`, {
      hint: `Write a number and ${Object.keys(millijoulesPer).join(', ')}, like '12.5 kWh'.`,
    })
  }
  const { energy, fraction } = parseEnergy(match[1] ?? '', unit)
  if (fraction === '') return energy
  throw new EnergywebError('energy-invalid', `"${text.slice(0, 64)}" is finer than a millijoule`)
}

function unitOf(text: string): EnergyUnit | undefined {
  return isUnit(text) ? text : undefined
}

function isUnit(text: string): text is EnergyUnit {
  return Object.hasOwn(millijoulesPer, text)
}

/** Energy in decimal text of millijoules, for people. */
export function shownEnergy(millijoules: string): string {
  return formatEnergy(BigInt(millijoules))
}
