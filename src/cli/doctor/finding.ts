import { isEnergywebError, messageOf } from '../../core/errors.ts'

/** `bad` must be seen to now, `doubtful` soon; `good` is as it should be. */
export type Grade = 'bad' | 'doubtful' | 'good'

/** One thing that was looked at. */
export interface Finding {
  readonly grade: Grade
  /** In words, with the data; never a secret. */
  readonly what: string
  /** RFC 3339. */
  readonly since?: string | null
  /** What to do about it: a command to type, or words. */
  readonly remedy?: string
}

const order: readonly Grade[] = ['bad', 'doubtful', 'good']

/** The most urgent first; what is equally urgent stays in its order. */
export function byUrgency(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((a, b) => order.indexOf(a.grade) - order.indexOf(b.grade))
}

export const good = (what: string): Finding => ({ grade: 'good', what })

export function bad(what: string, remedy?: string, since?: string | null): Finding {
  return found('bad', what, { remedy, since })
}

export function doubtful(what: string, remedy?: string, since?: string | null): Finding {
  return found('doubtful', what, { remedy, since })
}

/** A failure as a finding: its hint is what to do. */
export function failed(what: string, error: unknown): Finding {
  return bad(`${what}: ${messageOf(error)}`, isEnergywebError(error) ? error.hint : undefined)
}

function found(
  grade: Grade,
  what: string,
  { remedy, since }: { remedy: string | undefined; since: string | null | undefined },
): Finding {
  return { grade, what, ...(remedy !== undefined && { remedy }), ...(since != null && { since }) }
}
