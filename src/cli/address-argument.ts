import { EnergywebError } from '../core/errors.ts'

/** The address of an account, 0x and 40 hex digits; lower case. @throws EnergywebError `argument-invalid` */
export function parseAddress(given: string): string {
  if (/^0x[0-9a-fA-F]{40}$/.test(given)) return given.toLowerCase()
  throw new EnergywebError('argument-invalid', `"${given.slice(0, 64)}" is not an address`, {
    hint: 'An address is 0x and 40 hex digits.',
  })
}
