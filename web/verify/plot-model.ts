import type { VerifiedReading } from '../../src/proof/evidence/verification.ts'
import { instantOf } from './figures.ts'
import type { Checked } from './messages.ts'
import { binned, binWidth, type PowerBin, type PowerStep, powerSteps } from './power-series.ts'

/** A span of the plot in which the log says that there is no reading. */
export interface PlotGap {
  readonly from: number
  readonly to: number
  readonly reason: string | undefined
}

export interface PlotModel {
  readonly from: number
  readonly to: number
  readonly steps: readonly PowerStep[]
  /** Bars: one a reading, or one for a longer span when there are many. */
  readonly bars: readonly PowerBin[]
  /** How long a bar is, ms; undefined for one a reading. */
  readonly width: number | undefined
  readonly gaps: readonly PlotGap[]
  /** Instants of readings that are not counted. */
  readonly held: readonly number[]
}

const mostBars = 800

/** What is to be drawn; undefined when the readings don't tell energy by time. */
export function plotModel(checked: Checked): PlotModel | undefined {
  const claim = checked.evidence?.claim
  const from = instantOf(claim?.from)
  const to = instantOf(claim?.to)
  if (from === undefined || to === undefined || to <= from) return undefined
  const steps = powerSteps(checked.readings, checked.boundary)
    .map(step => clipped(step, from, to))
    .filter(step => step.to > step.from)
  if (steps.length === 0) return undefined
  const width = steps.length > mostBars ? binWidth(to - from, mostBars) : undefined
  return {
    from,
    to,
    steps,
    bars:
      width === undefined
        ? steps.map(step => ({ ...step, covered: step.to - step.from }))
        : wideBars(steps, { from, to, width }),
    width,
    gaps: gapsWithin(checked, from, to),
    held: checked.readings.flatMap(reading => heldAt(reading)),
  }
}

/** Bars that begin at round times, the first and the last cut off at the borders of the period. */
function wideBars(
  steps: readonly PowerStep[],
  { from, to, width }: { from: number; to: number; width: number },
): readonly PowerBin[] {
  const start = Math.floor(from / width) * width
  return binned(steps, { from: start, to, width })
    .filter(bar => bar.covered > 0)
    .map(bar => ({ ...bar, from: Math.max(from, bar.from) }))
}

/** A step that reaches over a border of the period is drawn as far as the period goes. */
function clipped(step: PowerStep, from: number, to: number): PowerStep {
  const start = Math.max(from, step.from)
  const end = Math.min(to, step.to)
  return { ...step, from: start, to: end, energy: (step.energy * (end - start)) / (step.to - step.from) }
}

function gapsWithin({ gaps }: Checked, from: number, to: number): readonly PlotGap[] {
  return gaps
    .map(gap => ({
      from: Math.max(from, instantOf(gap.from) ?? from),
      to: Math.min(to, instantOf(gap.to) ?? to),
      reason: gap.reason,
    }))
    .filter(gap => gap.to > gap.from)
}

function heldAt({ status, measuredAt }: VerifiedReading): number[] {
  const at = instantOf(measuredAt)
  return at !== undefined && status !== undefined && status !== 'counted' && status !== 'late' ? [at] : []
}
