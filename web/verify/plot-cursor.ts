import { powerUnit } from './axis.ts'
import { fill, svg } from './dom.ts'
import { margin, type PlotFrame, scales } from './draw-plot.ts'
import { clockText, dayText } from './figures.ts'
import type { PlotModel } from './plot-model.ts'
import { meanPower, type PowerBin } from './power-series.ts'

interface Parts {
  readonly figure: HTMLElement
  readonly model: PlotModel
  readonly frame: PlotFrame
  readonly label: HTMLElement
  readonly choose: (segment: number, sequence: number) => void
}

/** Lets people point at a bar, by mouse, finger or arrow keys, and read what it says. */
export function plotCursor({ figure, model, frame, label, choose }: Parts): void {
  const picture = figure.querySelector('svg')
  const cursor = figure.querySelector('.cursor')
  if (picture === null || cursor === null) return
  const { x, bottom } = scales(model, frame)
  let at = -1
  const move = (next: number) => {
    at = Math.min(model.bars.length - 1, Math.max(0, next))
    const bar = model.bars[at]
    if (bar === undefined) return
    const middle = ((x(bar.from) + x(bar.to)) / 2).toFixed(1)
    fill(cursor, svg('path', { d: `M${middle} ${margin.top}V${bottom}` }))
    label.textContent = barText(bar)
  }
  const pick = () => {
    const bar = model.bars[at]
    const step = bar && stepNear(model, (bar.from + bar.to) / 2)
    if (step !== undefined) choose(step.segment, step.sequence)
  }
  picture.addEventListener('pointermove', event => {
    const box = picture.getBoundingClientRect()
    const inFrame = ((event.clientX - box.left) / box.width) * frame.width
    move(nearestBar(model, instantAt(model, frame, inFrame)))
  })
  picture.addEventListener('click', pick)
  picture.addEventListener('keydown', event => {
    const moves: Readonly<Record<string, number>> = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      PageUp: at - 24,
      PageDown: at + 24,
      Home: 0,
      End: model.bars.length - 1,
    }
    const next = moves[event.key]
    if (event.key === 'Enter') pick()
    if (next !== undefined) move(next)
    if (next !== undefined || event.key === 'Enter') event.preventDefault()
  })
}

function instantAt(model: PlotModel, { width }: PlotFrame, x: number): number {
  const share = (x - margin.left) / (width - margin.left - margin.right)
  return model.from + share * (model.to - model.from)
}

/** Bars stand in order of time. */
function nearestBar({ bars }: PlotModel, at: number): number {
  let low = 0
  let high = bars.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((bars[middle]?.to ?? 0) < at) low = middle + 1
    else high = middle
  }
  return low
}

function stepNear({ steps }: PlotModel, at: number) {
  return steps.find(step => step.to >= at) ?? steps.at(-1)
}

function barText(bar: PowerBin): string {
  const watts = meanPower(bar)
  const { name, per } = powerUnit(Math.abs(watts))
  const energy = bar.energy / 3.6e9
  const until =
    dayText(bar.from) === dayText(bar.to)
      ? clockText(bar.to)
      : `${dayText(bar.to, false)}, ${clockText(bar.to)}`
  return `${dayText(bar.from)}, ${clockText(bar.from)} to ${until} UTC: ${(watts / per).toPrecision(3)} ${name}, ${energy.toFixed(3)} kWh`
}
