import { EnergywebError, messageOf } from '../core/errors.ts'
import { type Instant, type ParseInstantOptions, parseInstant } from '../core/time.ts'
import { malformed } from './answers.ts'

/**
 * Reads a time that a source said.
 * @throws EnergywebError `source-malformed`
 */
export function instantOf(text: string, where: string, options?: ParseInstantOptions): Instant {
  try {
    return parseInstant(text, options)
  } catch (error) {
    if (error instanceof EnergywebError) throw malformed(where, messageOf(error), error)
    throw error
  }
}
