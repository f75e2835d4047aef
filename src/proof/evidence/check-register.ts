import { schemas } from '../../core/document.ts'
import { isEnergywebError, messageOf } from '../../core/errors.ts'
import { emptyRegister } from '../../core/register.ts'
import { applyEntry } from '../../core/register-apply.ts'
import type { Draft } from '../../core/register-transition.ts'
import { findCountedTwice } from './counted-twice.ts'
import { placeOf, refutes, stepOf } from './findings.ts'
import { saysTotal } from './period-view.ts'
import type { RebuiltEntry } from './rebuilt-entry.ts'
import { RegisterWalk } from './register-walk.ts'
import type { Finding, VerificationStep } from './verification.ts'

/** Follows the totals of energy registers: of a stream's beginning by the whole law, of other entries by what they show. */
export function checkRegister(segments: readonly (readonly RebuiltEntry[])[]): VerificationStep {
  const twice = findCountedTwice(segments.flat())
  const findings = segments.flatMap(entries => {
    const found = walk(entries)
    const refuted = [...twice, ...found].some(({ effect }) => effect === 'refutes')
    return refuted ? found : [...found, ...replay(entries)]
  })
  const totals = segments.flat().filter(saysTotal).length
  return stepOf(
    'register',
    [...twice, ...findings],
    `The total never falls in ${totals} entries, and never rises by more than readings, revisions and operator's entries explain.`,
  )
}

function walk(entries: readonly RebuiltEntry[]): readonly Finding[] {
  const register = new RegisterWalk()
  for (const entry of entries) register.take(entry)
  return register.findings
}

/** Replays a stream from its first entry on, as far as its documents are whole. */
function replay(entries: readonly RebuiltEntry[]): readonly Finding[] {
  if (entries[0]?.sequence !== 0) return []
  let state = emptyRegister
  for (const { segment, sequence, kind, schema, content, document } of entries) {
    if (content !== 'whole' || schema !== schemas[kind].name) return []
    try {
      // The document was read against this kind's schema.
      state = applyEntry(state, { kind, document } as Draft, sequence)
    } catch (error) {
      if (!isEnergywebError(error)) throw error
      return [
        refutes('register-law', `Entry ${sequence}: ${messageOf(error)}.`, placeOf({ segment, sequence })),
      ]
    }
  }
  return []
}
