import { schemas } from '../../core/document.ts'
import type { EntryKind } from '../../core/entry.ts'
import { type Period, type PlaceInTime, placeInTime } from './period.ts'
import { integerOf, type RebuiltEntry, textOf, timeOf } from './rebuilt-entry.ts'

/** A reading or revision, with what it is to the period. */
export interface PlacedEntry {
  readonly entry: RebuiltEntry
  /** Undefined when its time is not shown. */
  readonly place: PlaceInTime | undefined
  /** Undefined when its status is not shown. */
  readonly counted: boolean | undefined
}

/** What the file has of the claim's stream, as the claim's period sees it. */
export interface PeriodView {
  /** Entries of the first segment, from which the period is worked out. */
  readonly main: readonly RebuiltEntry[]
  /** The stream's segments, the first one among them, by sequence. */
  readonly segments: readonly (readonly RebuiltEntry[])[]
  readonly opening: RebuiltEntry | undefined
  /** Readings and revisions by their entries. */
  readonly placed: ReadonlyMap<RebuiltEntry, PlacedEntry>
  /** The first counted reading after the period, in the first segment. */
  readonly end: RebuiltEntry | undefined
}

const resolutions: readonly EntryKind[] = ['release', 'write-off', 'reset', 'rollover', 'swap']

/** True for the entry of an operator on what was held. */
export function isResolution({ kind }: RebuiltEntry): boolean {
  return resolutions.includes(kind)
}

/** True for a reading or revision of an energy register. */
export function isValue({ kind, schema }: RebuiltEntry): boolean {
  return (kind === 'reading' || kind === 'revision') && schema === schemas[kind].name
}

/** True for the opening of an energy register. */
export function isOpening({ kind, schema }: RebuiltEntry): boolean {
  return kind === 'opening' && schema === schemas.opening.name
}

/** Looks at the stream of the first segment. */
export function viewPeriod(segments: readonly (readonly RebuiltEntry[])[], period: Period): PeriodView {
  const main = segments[0] ?? []
  const stream = main[0]?.stream
  const mine = segments
    .filter(([first]) => first?.stream === stream)
    .toSorted(([a], [b]) => Number(a?.sequence) - Number(b?.sequence))
  const placed = new Map(
    mine
      .flat()
      .filter(isValue)
      .map(entry => [entry, placeEntry(entry, period)]),
  )
  return {
    main,
    segments: mine,
    // One that does not show the name binds nothing to it: it was erased, or is not to be shown.
    opening: mine.flat().find(entry => isOpening(entry) && textOf(entry, 'asset') !== undefined),
    placed,
    end: main.find(entry => {
      const value = placed.get(entry)
      return value?.counted === true && value.place === 'after'
    }),
  }
}

function placeEntry(entry: RebuiltEntry, period: Period): PlacedEntry {
  const measuredAt = timeOf(entry, 'measuredAt')
  const status = textOf(entry, 'status')
  return {
    entry,
    place: measuredAt === undefined ? undefined : placeInTime(measuredAt, period),
    counted: status === undefined ? undefined : status === 'counted',
  }
}

/** The register's total after an entry; undefined when it does not show it. */
export function totalAfter(entry: RebuiltEntry): bigint | undefined {
  return integerOf(entry, 'total')
}

/** True for entries that say the total. */
export function saysTotal(entry: RebuiltEntry): boolean {
  return isValue(entry) || isOpening(entry) || isResolution(entry)
}
