import type { CarbonIntensity } from '../../core/carbon.ts'
import type { Clock } from '../../core/clock.ts'
import type { Range } from './ranges.ts'

export interface CarbonMemoryOptions {
  /** Milliseconds for which a settled value is not asked for again. Default 1 d: services revise values later. */
  readonly settledFor: number
  /** The same for an estimated value. Default 5 min. */
  readonly estimatedFor: number
  /** The same for a time without a value. Default 1 min. */
  readonly absentFor: number
  /** Pieces of knowledge that are kept beside those of the latest answer. Default 4,096. */
  readonly most: number
}

/** What is known about a time, and until when; without an intensity: that there is none. */
export interface Knowledge extends Range {
  readonly intensity?: CarbonIntensity
  readonly until: number
}

/** What a carbon source said lately. */
export interface CarbonMemory {
  /** The shortest range that holds everything unknown of the range; undefined when all is known. */
  missing(range: Range): Range | undefined
  /** The values known of the range, in order. */
  known(range: Range): readonly CarbonIntensity[]
  /** All that is known of the range, in order. */
  pieces(range: Range): readonly Knowledge[]
  /** Takes over, for good, what another memory knows and this one does not. */
  add(pieces: readonly Knowledge[]): void
  /** Takes the answer to a read of the range; what it left out is known to be absent for a while. */
  learn(range: Range, intensities: readonly CarbonIntensity[]): void
}

export function carbonMemory({
  clock,
  settledFor = 86_400_000,
  estimatedFor = 300_000,
  absentFor = 60_000,
  most = 4_096,
}: Partial<CarbonMemoryOptions> & { readonly clock: Clock }): CarbonMemory {
  /** In order of time, without overlaps. */
  let knowledge: readonly Knowledge[] = []

  const within = ({ from, to }: Range) => {
    const now = clock.monotonic()
    return knowledge.filter(one => one.from < to && one.to > from && one.until > now)
  }
  return {
    missing(range) {
      const holes = holesOf(range, within(range))
      const [first] = holes
      const last = holes.at(-1)
      return first === undefined || last === undefined ? undefined : { from: first.from, to: last.to }
    },
    known: range => within(range).flatMap(({ intensity }) => (intensity === undefined ? [] : [intensity])),
    pieces: within,
    add(pieces) {
      const fresh = pieces.filter(one => !knowledge.some(other => other.from < one.to && other.to > one.from))
      if (fresh.length === 0) return
      const lasting = fresh.map(one => ({ ...one, until: Number.POSITIVE_INFINITY }))
      knowledge = [...knowledge, ...lasting].sort((a, b) => a.from - b.from)
    },
    learn(range, intensities) {
      const now = clock.monotonic()
      const said: Knowledge[] = intensities.map(intensity => ({
        from: intensity.from,
        to: intensity.to,
        intensity,
        until: now + (intensity.estimated ? estimatedFor : settledFor),
      }))
      const absent = holesOf(range, said).map(hole => ({ ...hole, until: now + absentFor }))
      // Together they cover the range without a hole, and may reach beyond it at both ends.
      const fresh = [...said, ...absent].sort((a, b) => a.from - b.from)
      const from = Math.min(range.from, fresh[0]?.from ?? range.from)
      const to = Math.max(range.to, fresh.at(-1)?.to ?? range.to)
      const kept = knowledge
        .filter(one => one.until > now && (one.to <= from || one.from >= to))
        .sort((a, b) => b.until - a.until || b.from - a.from)
        .slice(0, Math.max(0, most - fresh.length))
      knowledge = [...kept, ...fresh].sort((a, b) => a.from - b.from)
    },
  }
}

/** The parts of the range that nothing covers; `covers` is in order and without overlaps. */
function holesOf({ from, to }: Range, covers: readonly Range[]): Range[] {
  const holes: Range[] = []
  let at = from
  for (const cover of covers) {
    if (cover.from >= to) break
    if (cover.from > at) holes.push({ from: at, to: cover.from })
    at = Math.max(at, cover.to)
  }
  if (at < to) holes.push({ from: at, to })
  return holes
}
