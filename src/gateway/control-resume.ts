import type { Log } from '../core/log.ts'
import type { CursorStore, SubmissionStore } from '../core/submission.ts'

/** What is kept of the report lines, as far as letting one go on needs it. */
export type ReportStores = CursorStore & Pick<SubmissionStore, 'ofLine' | 'skip'>

/** Whose decision it is, and why, if that was said. */
export interface ResumeDecision {
  readonly by: string
  readonly reason: string | undefined
  /** Sequence of the kept call that holds the line up, when it is given up: it never had a nonce. */
  readonly giveUp?: number | undefined
}

/** A submission that had failed and what becomes of it: what ledgers do with one when its line goes on. */
export interface FailedSubmission {
  /** Sequences of the first and the last entry that it covers. */
  readonly first: number
  readonly last: number
  readonly outcome: 'tried-again' | 'given-up'
}

/** What letting a line go on came to; plain JSON. */
export interface ResumedLine {
  readonly line: string
  /** Why it stood still; null when it was not stopped: then nothing was done. */
  readonly stopped: string | null
  /** Index of the note that keeps the decision. */
  readonly note: number | null
  /** Oldest first. */
  readonly failed: readonly FailedSubmission[]
}

/** As far back as ledgers look for what failed. */
const recentSubmissions = 64

/**
 * Lets a stopped report line go on and keeps the decision as a note in its asset's stream. The ledger finds out in its next
 * turn, or at its next start.
 * @throws EnergywebError `argument-invalid` when the line was never opened; `log-io`, `log-closed`
 */
export async function resumeLine(
  log: Pick<Log, 'append'>,
  stores: ReportStores,
  { line, by, reason, giveUp }: ResumeDecision & { readonly line: string },
): Promise<ResumedLine> {
  const { stream, stopped, planned } = await stores.line(line)
  if (stopped === undefined) return { line, stopped: null, note: null, failed: [] }
  const failed = await failedOf(stores, line)
  const why = reason === undefined ? '' : `\nThe operator's reason: ${reason}`
  const what = giveUp === undefined ? '' : ` The call of entry ${giveUp} was given up.`
  const text = `The report line ${line} goes on.${what} It had stopped: ${stopped}${why}`
  // Both before anything is awaited: the store keeps their order and makes both durable together, so that the turn that the
  // note wakes finds the line free.
  const [note] = await Promise.all([
    log.append(stream, 'note', { by, text }),
    ...(giveUp === undefined ? [] : [stores.skip(line, planned + 1, giveUp, `given up by ${by}${why}`)]),
    stores.setStopped(line, undefined),
  ])
  return { line, stopped, note: note.index, failed }
}

async function failedOf(stores: ReportStores, line: string): Promise<readonly FailedSubmission[]> {
  const recent = await stores.ofLine(line, recentSubmissions)
  const registered = recent.filter(({ state }) => state === 'mined' || state === 'final')
  const highest = Math.max(-1, ...registered.map(({ reading }) => reading ?? -1))
  return recent
    .filter(({ state }) => state === 'failed')
    .map(({ first, last, reading }): FailedSubmission => {
      return { first, last, outcome: (reading ?? -1) < highest ? 'given-up' : 'tried-again' }
    })
    .sort((one, other) => one.first - other.first)
}
