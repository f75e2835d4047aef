import { EnergywebError } from '../core/errors.ts'
import { addressTrouble } from '../proof/address-text.ts'

/** The address of an account, 0x and 40 hex digits; lower case. @throws EnergywebError `argument-invalid` */
export function parseAddress(given: string): string {
  return requireAddress(given).toLowerCase()
}

/** An address as it was given. @throws EnergywebError `argument-invalid` for what is none, and for a wrong checksum */
export function requireAddress(given: string): string {
  const trouble = addressTrouble(given)
  if (trouble === undefined) return given
  throw new EnergywebError('argument-invalid', `"${given.slice(0, 64)}" is not an address: ${trouble}`)
}
