import { millijoulesPer } from '../core/energy.ts'
import { EnergywebError } from '../core/errors.ts'
import { parseEnergyArgument } from './energy-argument.ts'

/** Energy as an operator types it, in whole Wh: certificates know no others. @throws EnergywebError `energy-invalid`, `unit-unknown` */
export function parseWattHours(text: string): bigint {
  const energy = parseEnergyArgument(text)
  if (energy > 0n && energy % millijoulesPer.Wh === 0n) return energy / millijoulesPer.Wh
  throw new EnergywebError('energy-invalid', `"${text.slice(0, 64)}" is not whole Wh above 0`, {
    hint: 'Certificates stand for whole Wh.',
  })
}
