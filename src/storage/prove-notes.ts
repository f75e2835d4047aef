import { formatInstant } from '../core/time.ts'
import type { Checkpoint } from '../proof/checkpoint.ts'
import { type EvidenceRow, fieldOf } from './evidence-rows.ts'
import type { ProofPeriod } from './prove-range.ts'

/** How far what the entries show can be trusted, and where they came from, in words. */
export function notesOf(
  rows: readonly EvidenceRow[],
  { period, following, checkpoint }: NotesContext,
): readonly string[] {
  return [
    'What is proven is what the gateway logged, that it was logged in this order, and that it was not changed since. What never reached the log can not show: a gateway that was off, or a meter that was tampered with before it was read.',
    `The log had ${checkpoint.size} entries at the checkpoint. Corrections that were logged after it can not show in this file.`,
    ...(following === undefined
      ? [
          `When this file was made, no reading after ${formatInstant(period.to)} was covered by a signed checkpoint: entries of the period may still have come later.`,
        ]
      : []),
    ...provenances(rows),
  ]
}

export interface NotesContext {
  readonly period: ProofPeriod
  readonly following: number | undefined
  readonly checkpoint: Checkpoint
}

/** Each way in which readings came, with how many came so. */
function provenances(rows: readonly EvidenceRow[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const row of rows) {
    const provenance = fieldOf(row, 'provenance')
    if (typeof provenance === 'string') counts.set(provenance, (counts.get(provenance) ?? 0) + 1)
  }
  return [...counts].map(([provenance, count]) => `Of the readings shown, ${count} came by ${provenance}.`)
}
