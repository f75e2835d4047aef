import { type EnergywebError, isEnergywebError } from '../../core/errors.ts'

/**
 * Does something that hostile input may make fail, and answers with what that failure means. Any other error, and one for which
 * `refused` has no answer, is thrown on: it is no matter of the file.
 */
export function attempt<Value, Answer>(
  act: () => Value,
  refused: (error: EnergywebError) => Answer | undefined,
): Value | Answer {
  try {
    return act()
  } catch (error) {
    const answer = isEnergywebError(error) ? refused(error) : undefined
    if (answer === undefined) throw error
    return answer
  }
}
