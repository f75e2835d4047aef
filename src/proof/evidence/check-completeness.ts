import { erasuresOf } from './erasures.ts'
import type { EvidenceClaim } from './evidence.ts'
import { leavesOpen, note, placeOf, refutes, stepOf } from './findings.ts'
import { isNeeded } from './period-energy.ts'
import { isResolution, type PeriodView } from './period-view.ts'
import { type RebuiltEntry, textOf, timeOf } from './rebuilt-entry.ts'
import { uncoveredTimes } from './uncovered-times.ts'
import type { Finding, VerificationStep } from './verification.ts'

/** Looks whether anything that was logged of the period may be missing, and names what is known to be missing. */
export function checkCompleteness(claim: EvidenceClaim, view: PeriodView): VerificationStep {
  const findings = [
    ...openingOf(view),
    ...startOf(view),
    ...endOf(claim, view),
    ...uncovered(claim, view),
    ...unknownEntries(view),
    ...uncounted(view),
    ...gaps(claim, view),
    ...straddlers(claim, view),
  ]
  return stepOf('completeness', findings, wordsOf(view))
}

function wordsOf({ main, end, opening }: PeriodView): string {
  const [first] = main
  const isInterval = opening !== undefined && textOf(opening, 'kind') === 'interval'
  const intervals = isInterval
    ? ' Their intervals, and the gaps of which the log tells, cover the period, so that no other was counted by then; what filled a gap in later, and revisions that stand elsewhere in the log, do not show.'
    : ''
  return `Between entry ${first?.sequence} and the first counted reading after the period, entry ${end?.sequence}, no entry of the stream is left out. This is about what was logged: what the gateway never logged, and corrections logged after the last entry of this file, can't show here.${intervals}`
}

function openingOf({ opening, segments }: PeriodView): readonly Finding[] {
  if (opening === undefined) {
    return [
      leavesOpen(
        'opening-missing',
        "The stream's opening is not shown: nothing binds these entries to the asset's name.",
      ),
    ]
  }
  const openings = segments.flat().filter(({ kind }) => kind === 'opening')
  return openings.length < 2
    ? []
    : [refutes('register-law', 'The stream is opened twice.', openings[1] && placeOf(openings[1]))]
}

/** The first entry is the stream's first, or a counted reading from before the period: whatever follows is of it. */
function startOf({ main, placed }: PeriodView): readonly Finding[] {
  const [first] = main
  const value = first && placed.get(first)
  if (first?.sequence === 0 || (value?.counted === true && value.place === 'before')) return []
  return [
    leavesOpen(
      'start-open',
      `The entries begin with entry ${first?.sequence}, which is neither the first of the stream nor a counted reading from before the period: what stands before it is not shown.`,
      first && placeOf(first),
    ),
  ]
}

function endOf({ to }: EvidenceClaim, { main, end, placed }: PeriodView): readonly Finding[] {
  if (end !== undefined) return []
  const last = main.findLast(entry => placed.get(entry)?.counted === true)
  const until = last && timeOf(last, 'measuredAt')
  return [
    leavesOpen(
      'end-open',
      `No counted reading from after ${to} is shown: the period is complete up to ${until ?? 'no instant'}, and incomplete after it.`,
      last && placeOf(last),
    ),
  ]
}

/** Behind the last entry that is shown everything is open anyway. */
function uncovered(claim: EvidenceClaim, view: PeriodView): readonly Finding[] {
  if (view.end === undefined) return []
  return uncoveredTimes(view, claim).map(({ from, to }) => {
    const when = from === to ? `of ${to}` : `from ${from} to ${to}`
    return leavesOpen(
      'time-uncovered',
      `No interval ${when} is shown, and no gap: intervals are logged in any order, and the log may have one elsewhere.`,
    )
  })
}

function unknownEntries(view: PeriodView): readonly Finding[] {
  const unknown = view.main.filter(entry => isNeeded(view, entry) && isUnknown(view, entry))
  const erasures = erasuresOf(
    unknown.filter(({ content }) => content === 'sealed'),
    view,
  )
  return unknown.map(entry => {
    const place = placeOf(entry)
    if (entry.content === 'shown') {
      return leavesOpen(
        'fields-not-shown',
        `Entry ${entry.sequence} does not show its time and status.`,
        place,
      )
    }
    const erasure = erasures.get(entry)
    if (erasure === undefined) {
      return leavesOpen('entry-sealed', `Entry ${entry.sequence}, a ${entry.kind}, is not shown.`, place)
    }
    const [by, reason] = [textOf(erasure, 'by'), textOf(erasure, 'reason')]
    return leavesOpen(
      'entry-erased',
      `What entry ${entry.sequence}, a ${entry.kind}, said was erased by ${by}, as entry ${erasure.sequence} says: ${reason}`,
      place,
    )
  })
}

/** True for an entry that may be of the period, or change its energy, and does not tell. */
function isUnknown({ placed }: PeriodView, entry: RebuiltEntry): boolean {
  const value = placed.get(entry)
  if (value !== undefined) return value.place === undefined || value.counted === undefined
  return isResolution(entry) && entry.content === 'sealed'
}

/** Readings of the period that are not counted, by what the file has of them. */
function uncounted({ placed }: PeriodView): readonly Finding[] {
  return [...placed.values()].flatMap(({ entry, place, counted }) => {
    if (place !== 'within' || counted !== false) return []
    const status = textOf(entry, 'status')
    const late = status === 'late'
    const why = late ? 'came when later ones were counted' : `was ${status} when it came`
    const what = `${entry.kind === 'revision' ? 'revision' : 'reading'} of ${timeOf(entry, 'measuredAt')}`
    return [
      note(
        late ? 'late' : 'held',
        `Entry ${entry.sequence}, the ${what}, ${why}: it changed no total.`,
        placeOf(entry),
      ),
    ]
  })
}

/** True for a gap of the log that touches the period. */
export function touches(entry: RebuiltEntry, { from, to }: Pick<EvidenceClaim, 'from' | 'to'>): boolean {
  if (entry.kind !== 'gap') return false
  const [start, end] = [timeOf(entry, 'from'), timeOf(entry, 'to')]
  return (start === undefined || start < to) && (end === undefined || end > from)
}

function gaps(claim: EvidenceClaim, { segments }: PeriodView): readonly Finding[] {
  return segments
    .flat()
    .filter(entry => touches(entry, claim))
    .map(entry => {
      const [from, to] = [
        textOf(entry, 'from') ?? 'a time not told',
        textOf(entry, 'to') ?? 'the next reading',
      ]
      const reason = textOf(entry, 'reason') ?? 'no reason shown'
      return note(
        'gap',
        `The log itself says that it has no reading from ${from} to ${to}: ${reason}.`,
        placeOf(entry),
      )
    })
}

function straddlers(claim: EvidenceClaim, { placed }: PeriodView): readonly Finding[] {
  if (claim.from === claim.to) return []
  return [...placed.values()].flatMap(({ entry, place, counted }) => {
    const from = timeOf(entry, 'from')
    if (counted !== true || from === undefined) return []
    const crosses = place === 'within' ? from < claim.from : place === 'after' && from < claim.to
    if (!crosses) return []
    const end = timeOf(entry, 'measuredAt')
    const whose = place === 'within' ? 'is counted to the period' : 'is not of the period'
    return [
      note(
        'straddles',
        `The interval from ${from} to ${end}, entry ${entry.sequence}, ${whose}, because its end decides.`,
        placeOf(entry),
      ),
    ]
  })
}
