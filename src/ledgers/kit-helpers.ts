import { z } from 'zod'
import { EnergywebError } from '../core/errors.ts'

/** An option that is the address of a contract, in lower case then. */
export function contractAddress(description: string) {
  return z
    .string()
    .regex(/^0x[0-9a-fA-F]{40}$/, 'expected an address: 0x and 40 hex digits')
    .transform(given => given.toLowerCase())
    .meta({ description })
}

/**
 * What a definition's `check` throws: the contract would refuse the line, and somebody can repair that. It is tried again.
 * @param hint - what to ask of whom
 */
export function notReady(message: string, hint: string): EnergywebError {
  return new EnergywebError('ledger-not-ready', message, { hint, retryable: true })
}
