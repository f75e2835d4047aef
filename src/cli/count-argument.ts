import { EnergywebError } from '../core/errors.ts'

/** A whole number from 0 on. @throws EnergywebError `argument-invalid` */
export function parseCount(given: string): number {
  if (/^\d{1,15}$/.test(given)) return Number(given)
  throw new EnergywebError('argument-invalid', `"${given.slice(0, 64)}" is not a whole number`)
}
