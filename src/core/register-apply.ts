import { EnergywebError } from './errors.ts'
import type { RegisterState } from './register.ts'
import { type Draft, transition } from './register-transition.ts'

/**
 * Replays one entry: what it does to the register, and that its document says the same.
 * @throws EnergywebError `register-law` for an entry that the law never makes, or a document whose figures differ.
 */
export function applyEntry(state: RegisterState, draft: Draft, sequence: number): RegisterState {
  const { state: next, figures } = transition(state, draft, sequence)
  const document: Readonly<Record<string, unknown>> = draft.document
  for (const [field, figure] of Object.entries(figures)) {
    if (document[field] !== figure) {
      throw new EnergywebError(
        'register-law',
        `the document says ${field} ${document[field]}, the law ${figure}`,
      )
    }
  }
  return next
}
