import type { ReportLine } from '../../core/ledger.ts'
import type { CursorStore } from '../../core/submission.ts'
import type { SubmissionMachine } from './submission-machine.ts'

/** Without those that have nothing under way and nothing new: however many keys are at rest, they cost one question. */
export async function keysWithWork<
  Key extends { readonly lines: readonly ReportLine[]; readonly machine: SubmissionMachine | undefined },
>(keys: readonly Key[], stores: CursorStore): Promise<readonly Key[]> {
  const resting = keys.filter(({ machine }) => machine?.isAtRest())
  if (resting.length === 0) return keys
  const ends = await stores.ends(resting.flatMap(({ lines }) => lines.map(({ name }) => name)))
  const idle = new Set<Key>()
  let from = 0
  for (const key of resting) {
    const own = ends.slice(from, from + key.lines.length)
    from += key.lines.length
    if (key.machine?.hasNothingNew(own)) idle.add(key)
  }
  return keys.filter(key => !idle.has(key))
}
