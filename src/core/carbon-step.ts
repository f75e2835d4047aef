import type { Energy } from './energy.ts'
import type { RegisterState, TimeRange } from './register.ts'
import type { Draft } from './register-transition.ts'
import { transition } from './register-transition.ts'
import { parseInstant } from './time.ts'

/** A rise of an asset's total by one entry, and the time in which that energy flowed: what a factor is asked for. */
export interface CarbonStep extends TimeRange {
  /** Sequence of the asset's entry. */
  readonly sequence: number
  /** mJ, above zero. */
  readonly energy: Energy
}

/**
 * The step that an entry made; undefined when it left the total as it was, or opened the register. The time is
 * - of an interval, and of its revision: the interval itself
 * - of a counter: from the counted value before to this one; of a revision of the newest value: the time of that value's own step
 * - of what an operator let count (release, reset, rollover, swap, write-off): for counters from the last counted instant to the
 *   newest that is counted after it; for intervals from the start of the earliest to the end of the latest that it let count
 *
 * A time without length, as a device's clock that was wrong can make it, is the millisecond before its end.
 */
export function carbonStep(
  before: RegisterState,
  draft: Draft,
  { after, sequence }: { after: RegisterState; sequence: number },
): CarbonStep | undefined {
  const energy = after.total - before.total
  if (energy <= 0n || draft.kind === 'opening') return undefined
  const range =
    before.opened?.kind === 'interval'
      ? intervalTime(before, draft, after)
      : counterTime(before, draft, after)
  if (range === undefined) return undefined
  const { from, to } = range
  return { sequence, energy, from: Math.min(from, to - 1), to }
}

function counterTime(before: RegisterState, draft: Draft, after: RegisterState): TimeRange | undefined {
  const to = after.last?.measuredAt
  const from = draft.kind === 'revision' ? before.before?.measuredAt : before.last?.measuredAt
  return from === undefined || to === undefined ? undefined : { from, to }
}

function intervalTime(before: RegisterState, draft: Draft, after: RegisterState): TimeRange | undefined {
  if (draft.kind === 'reading' || draft.kind === 'revision') {
    const { from, measuredAt } = draft.document
    return from === null || measuredAt === null
      ? undefined
      : { from: parseInstant(from), to: parseInstant(measuredAt) }
  }
  const still = new Set(after.held.map(held => held.sequence))
  return before.held
    .filter(held => !still.has(held.sequence))
    .map(({ from, measuredAt }) => ({ from: from ?? measuredAt, to: measuredAt }))
    .reduce<TimeRange | undefined>((hull, range) => hullOf(hull ?? range, range), undefined)
}

function hullOf(a: TimeRange, b: TimeRange): TimeRange {
  return { from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) }
}

/** The steps that entries make, in order; `sequence` is that of the first entry. */
export function carbonSteps(
  register: RegisterState,
  drafts: readonly Draft[],
  sequence: number,
): readonly CarbonStep[] {
  let before = register
  return drafts.flatMap((draft, i) => {
    const { state: after } = transition(before, draft, sequence + i)
    const step = carbonStep(before, draft, { after, sequence: sequence + i })
    before = after
    return step === undefined ? [] : [step]
  })
}
