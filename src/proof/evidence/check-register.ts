import { schemas } from '../../core/document.ts'
import { emptyRegister } from '../../core/register.ts'
import { applyEntry } from '../../core/register-apply.ts'
import type { Draft } from '../../core/register-transition.ts'
import { attempt } from './attempt.ts'
import { findCountedTwice } from './counted-twice.ts'
import { refutes, stepOf } from './findings.ts'
import { isOpening, saysTotal } from './period-view.ts'
import { type RebuiltEntry, textOf } from './rebuilt-entry.ts'
import { RegisterWalk } from './register-walk.ts'
import type { Finding, VerificationStep } from './verification.ts'

/** Follows the totals of energy registers: of a stream's beginning by the whole law, of other entries by what they show. */
export function checkRegister(segments: readonly (readonly RebuiltEntry[])[]): VerificationStep {
  const twice = findCountedTwice(segments.flat())
  // Of each stream the first: a file may have a million segments, and is read in one go.
  const openings = segments.flat().filter(isOpening).toReversed()
  const kinds = new Map(openings.map(opening => [opening.stream, textOf(opening, 'kind')]))
  const findings = segments.flatMap(entries => {
    const [first] = entries
    const found = walk(entries, first && kinds.get(first.stream))
    const refuted = twice.length > 0 || found.some(({ effect }) => effect === 'refutes')
    return refuted ? found : [...found, ...replay(entries)]
  })
  const totals = segments.flat().filter(saysTotal).length
  return stepOf(
    'register',
    [...twice, ...findings],
    `The total never falls in ${totals} entries, and never rises by more than readings, revisions and operator's entries explain.`,
  )
}

function walk(entries: readonly RebuiltEntry[], kind: string | null | undefined): readonly Finding[] {
  const register = new RegisterWalk(kind)
  for (const entry of entries) register.take(entry)
  return register.findings
}

/** Replays a stream from its first entry on, as far as its documents are whole. */
function replay(entries: readonly RebuiltEntry[]): readonly Finding[] {
  if (entries[0]?.sequence !== 0) return []
  let state = emptyRegister
  for (const { segment, sequence, kind, schema, content, document } of entries) {
    if (content !== 'whole' || schema !== schemas[kind].name) return []
    const before = state
    const after = attempt(
      // The document was read against this kind's schema.
      () => applyEntry(before, { kind, document } as Draft, sequence),
      ({ message }) => refutes('register-law', `Entry ${sequence}: ${message}.`, { segment, sequence }),
    )
    if ('code' in after) return [after]
    state = after
  }
  return []
}
