import type { VerifiedReading } from '../../src/proof/evidence/verification.ts'
import { instantOf } from './figures.ts'

/** Energy that flowed in a span of time. */
export interface PowerStep {
  /** Milliseconds since 1970. */
  readonly from: number
  readonly to: number
  /** mJ; a number, because it is drawn and not proven. */
  readonly energy: number
  readonly segment: number
  readonly sequence: number
}

/** What the readings of a period are to be drawn with: the last counted reading at its beginning. */
export interface Boundary {
  readonly measuredAt: string
  readonly total: bigint
}

/**
 * Energy by time, as the readings tell it. Of intervals, each key's newest value counts; of counters, what the register's
 * total rose by since the counted reading before.
 */
export function powerSteps(readings: readonly VerifiedReading[], boundary?: Boundary): readonly PowerStep[] {
  const counting = readings.filter(reading => reading.status === 'counted')
  const steps = counting.some(reading => reading.from !== undefined)
    ? intervalSteps(counting)
    : counterSteps(counting, boundary)
  return steps.filter(({ from, to }) => to > from).sort((a, b) => a.from - b.from)
}

function intervalSteps(readings: readonly VerifiedReading[]): PowerStep[] {
  const newest = new Map<string, PowerStep>()
  for (const { from: start, measuredAt, energy, segment, sequence } of readings) {
    const from = instantOf(start)
    const to = instantOf(measuredAt)
    if (from === undefined || to === undefined || energy === undefined) continue
    const before = newest.get(`${from}/${to}`)
    if (before === undefined || before.sequence < sequence) {
      newest.set(`${from}/${to}`, { from, to, energy: Number(energy), segment, sequence })
    }
  }
  return [...newest.values()]
}

function counterSteps(readings: readonly VerifiedReading[], boundary: Boundary | undefined): PowerStep[] {
  const steps: PowerStep[] = []
  let last = boundary && { at: instantOf(boundary.measuredAt), total: boundary.total }
  for (const { measuredAt, total, segment, sequence, kind } of readings) {
    const at = instantOf(measuredAt)
    // A revised counter stands at the time of the one it revises: the next reading shows what became of it.
    if (at === undefined || total === undefined || kind === 'revision') continue
    if (last?.at !== undefined) {
      steps.push({ from: last.at, to: at, energy: Number(total - last.total), segment, sequence })
    }
    last = { at, total }
  }
  return steps
}

/** Energy of one bar of a plot. */
export interface PowerBin {
  readonly from: number
  readonly to: number
  /** mJ. */
  readonly energy: number
  /** Milliseconds of it of which there are readings. */
  readonly covered: number
}

/** Mean power of a bin while there are readings, W: a millijoule in a millisecond is a watt. */
export function meanPower({ energy, covered }: PowerBin): number {
  return covered === 0 ? 0 : energy / covered
}

/** Energy in equal spans of time from a beginning on; a step that reaches over an edge is divided by time. */
export function binned(
  steps: readonly PowerStep[],
  { from, to, width }: { from: number; to: number; width: number },
): readonly PowerBin[] {
  const count = Math.max(0, Math.ceil((to - from) / width))
  const energy = new Float64Array(count)
  const covered = new Float64Array(count)
  for (const step of steps) {
    const first = Math.max(0, Math.floor((step.from - from) / width))
    const last = Math.min(count - 1, Math.ceil((step.to - from) / width) - 1)
    for (let bin = first; bin <= last; bin++) {
      const start = Math.max(step.from, from + bin * width)
      const end = Math.min(step.to, from + (bin + 1) * width, to)
      if (end <= start) continue
      energy[bin] = (energy[bin] ?? 0) + (step.energy * (end - start)) / (step.to - step.from)
      covered[bin] = (covered[bin] ?? 0) + end - start
    }
  }
  return Array.from({ length: count }, (_, bin) => ({
    from: from + bin * width,
    to: Math.min(to, from + (bin + 1) * width),
    energy: energy[bin] ?? 0,
    covered: covered[bin] ?? 0,
  }))
}

const minute = 60_000
/** Between three hours and a day there is none: bars of half a day would show nothing but night and noon. */
const widths = [5, 10, 15, 30, 60, 120, 180, 1_440, 2_880, 7_200, 14_400].map(width => width * minute)

/** The shortest span of time of which at most so many make up a period. */
export function binWidth(span: number, most: number): number {
  return widths.find(width => span / width <= most) ?? Math.ceil(span / most)
}
