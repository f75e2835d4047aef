import { EnergywebError } from '../core/errors.ts'

/**
 * What the check of a line throws: the contract would refuse it, and somebody can repair that. It is tried again.
 * @param hint - what to ask of whom
 */
export function notReady(message: string, hint: string, cause?: unknown): EnergywebError {
  return new EnergywebError('ledger-not-ready', message, {
    hint,
    retryable: true,
    ...(cause !== undefined && { cause }),
  })
}
