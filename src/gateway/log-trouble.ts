import { isEnergywebError } from '../core/errors.ts'

/** Codes of a log that takes nothing now. It is closed, too, between two attempts to recover it. */
const codes: readonly string[] = ['log-io', 'log-closed', 'log-corrupt']

/** True when it is the log that failed, and neither the meter nor what it said. */
export function isLogTrouble(error: unknown): boolean {
  return isEnergywebError(error) && codes.includes(error.code)
}
