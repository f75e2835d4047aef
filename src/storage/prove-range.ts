import { EnergywebError } from '../core/errors.ts'
import { formatInstant, type Instant } from '../core/time.ts'
import { type EvidenceRow, type EvidenceRows, fieldOf, type IndexedReading } from './evidence-rows.ts'

/** What is asked for: from one instant to another, or one reading where both are the same. */
export interface ProofPeriod {
  readonly from: Instant
  readonly to: Instant
}

/** Sequences from one to another, both included. */
export interface SequenceRange {
  readonly first: number
  readonly last: number
}

export interface ProofRanges {
  /** The period's own, and behind it what belongs to the period and stands apart, in order. */
  readonly ranges: readonly SequenceRange[]
  /** Sequence of the first counted reading after the period; undefined when there is none among the entries that may be shown. */
  readonly following: number | undefined
}

/** How many entries apart two that belong together may stand and still be shown in one run. */
const nearness = 48
/** How many entries behind an erased one a reading is looked for that shows where the period begins. */
const furthestBack = 96
const page = 1_000

/**
 * Which entries of a stream show a period without a hole: from the last counted reading before it to the first one after it,
 * and what was said of its entries later.
 * @param end - sequence of the last entry that may be shown
 * @throws EnergywebError `evidence-unavailable` when the period has no reading
 */
export function rangesOf(rows: EvidenceRows, period: ProofPeriod, end: number): ProofRanges {
  const chains = readingsOf(rows, period).map(reading => chainOf(rows, reading.sequence))
  const sequences = chains.flat().filter(sequence => sequence <= end)
  if (chains.length === 0) throw noReading(rows, period)
  if (sequences.length === 0) throw notCovered(period)
  const earliest = Math.min(...sequences)
  const first = boundaryBefore(rows, period, earliest)
  const following = firstAfter(rows, period, { after: Math.max(first, earliest - 1), end })
  const closing = following ?? end
  const within = sequences.filter(one => one < closing)
  const later = sequences.filter(one => one > closing)
  const about = [
    ...rows.about({ first: earliest, last: Math.max(earliest, ...within), after: closing }),
    ...later.flatMap(one => rows.about({ first: one, last: one, after: one })),
  ]
  const apart = [...new Set([...later, ...about])].filter(one => one <= end)
  return { ranges: clustered(rows, { first, last: closing }, apart), following }
}

function readingsOf(rows: EvidenceRows, { from, to }: ProofPeriod): readonly IndexedReading[] {
  return rows.readings({ after: from === to ? from - 1 : from, upTo: to })
}

/** The entries that gave a reading its values, the first one last: a revision names the one that it revises. */
function chainOf(rows: EvidenceRows, sequence: number): readonly number[] {
  const chain = [sequence]
  for (;;) {
    const row = rows.at(chain.at(-1) ?? sequence)
    const revises = row?.entry.kind === 'revision' ? fieldOf(row, 'revises') : null
    if (typeof revises !== 'bigint') return chain
    chain.push(Number(revises))
  }
}

/**
 * The last counted reading that was measured before the period and logged before its entries; 0 when there is none. Where
 * its document was erased, an older one near it shows more.
 */
function boundaryBefore(rows: EvidenceRows, { from, to }: ProofPeriod, earliest: number): number {
  let erased: number | undefined
  for (const { sequence, status } of rows.readingsBack(from === to ? from - 1 : from)) {
    if (erased !== undefined && erased - sequence > furthestBack) return erased
    // The reading before its revisions: it settles what was held before it, and they don't.
    for (const one of chainOf(rows, sequence).toReversed()) {
      if (one >= earliest) continue
      const row = rows.at(one)
      if (row?.content === undefined) erased ??= status === 'erased' ? one : undefined
      // What was held and released counts, but by the release: its own entry does not say so.
      else if (fieldOf(row, 'status') === 'counted') return one
    }
  }
  return erased ?? 0
}

function firstAfter(
  rows: EvidenceRows,
  period: ProofPeriod,
  { after, end }: { readonly after: number; readonly end: number },
): number | undefined {
  for (let first = after + 1; first <= end; first += page) {
    const last = Math.min(end, first + page - 1)
    const entries = rows.between(first, last)
    const erased = entries.some(({ content }) => content === undefined)
      ? rows.erasedTimes(first, last)
      : new Map<number, IndexedReading>()
    const found = entries.find(row => {
      const times = timesOf(row, erased.get(row.entry.sequence))
      return times !== undefined && isAfter(times, period)
    })
    if (found !== undefined) return found.entry.sequence
  }
  return undefined
}

function isAfter({ measuredAt, from }: { measuredAt: string; from: string | null }, { to }: ProofPeriod) {
  // Times of one form compare like their texts.
  const limit = formatInstant(to)
  return measuredAt > limit || (from !== null && from >= limit)
}

/** When a counted reading was measured; undefined for every other entry. */
function timesOf(
  row: EvidenceRow,
  erased: IndexedReading | undefined,
): { measuredAt: string; from: string | null } | undefined {
  if (erased !== undefined) {
    const { measuredAt, from } = erased
    return {
      measuredAt: formatInstant(measuredAt),
      from: from === undefined ? null : formatInstant(from),
    }
  }
  const measuredAt = fieldOf(row, 'measuredAt')
  if (row.entry.kind !== 'reading' || fieldOf(row, 'status') !== 'counted') return undefined
  if (typeof measuredAt !== 'string') return undefined
  const from = fieldOf(row, 'from')
  return { measuredAt, from: typeof from === 'string' ? from : null }
}

/**
 * Later entries lengthen the run before them where they are near, else they begin one of their own: with the entry that says
 * the total before them, without which nothing shows what they did to it.
 */
function clustered(
  rows: EvidenceRows,
  own: SequenceRange,
  later: readonly number[],
): readonly SequenceRange[] {
  const ranges = [own]
  for (const sequence of later.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1) ?? own
    const first = Math.max(last.last + 1, rows.totalBefore(sequence) ?? sequence)
    if (first - last.last <= nearness) ranges[ranges.length - 1] = { ...last, last: sequence }
    else ranges.push({ first, last: sequence })
  }
  return ranges
}

function notCovered({ from, to }: ProofPeriod): EnergywebError {
  const what = from === to ? `the reading of ${formatInstant(from)}` : 'any reading of that period'
  return new EnergywebError('evidence-unavailable', `no signed checkpoint covers ${what} yet`, {
    hint: `The gateway signs the next one by its schedule (\`log.checkpoint\`) and at its end. Then try again.`,
  })
}

function noReading(rows: EvidenceRows, { from, to }: ProofPeriod): EnergywebError {
  const [before] = rows.readingsBack(from)
  const after = rows.next(to)
  const near = [
    ...(before === undefined ? [] : [`the last one before is of ${formatInstant(before.measuredAt)}`]),
    ...(after === undefined ? [] : [`the first one after is of ${formatInstant(after.measuredAt)}`]),
  ]
  const what =
    from === to
      ? `the log has no reading of ${formatInstant(from)}`
      : `the log has no reading after ${formatInstant(from)} up to ${formatInstant(to)}`
  return new EnergywebError('evidence-unavailable', what, {
    hint: near.length === 0 ? 'The log has no reading of this asset at all.' : `${capital(near.join(', '))}.`,
  })
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
