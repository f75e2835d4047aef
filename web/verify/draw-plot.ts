import { powerUnit, timeTicks, valueTicks } from './axis.ts'
import { svg } from './dom.ts'
import { monthText } from './figures.ts'
import type { PlotModel } from './plot-model.ts'
import { meanPower } from './power-series.ts'

export interface PlotFrame {
  readonly width: number
  readonly height: number
}

export const margin = { left: 52, right: 14, top: 26, bottom: 42 } as const

/** Places of times and powers in a frame. */
export function scales(model: PlotModel, { width, height }: PlotFrame) {
  const highest = model.bars.reduce((most, bar) => Math.max(most, meanPower(bar)), 0)
  const lowest = model.bars.reduce((least, bar) => Math.min(least, meanPower(bar)), 0)
  const unit = powerUnit(Math.max(highest, -lowest))
  const ticks = valueTicks(highest / unit.per, height < 240 ? 4 : 5)
  const top = ticks.at(-1) ?? 1
  const plotWidth = width - margin.left - margin.right
  const plotHeight = height - margin.top - margin.bottom
  const x = (at: number) => margin.left + ((at - model.from) / (model.to - model.from)) * plotWidth
  const y = (watts: number) => margin.top + plotHeight * (1 - Math.max(0, watts) / unit.per / top)
  return { x, y, unit, ticks, bottom: margin.top + plotHeight, plotWidth }
}

/** The picture, in SVG. */
export function drawPlot(model: PlotModel, frame: PlotFrame, label: string): SVGSVGElement {
  const { width, height } = frame
  const scale = scales(model, frame)
  return svg(
    'svg',
    {
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      'aria-label': label,
      tabindex: 0,
      class: 'plot-picture',
    },
    svg('defs', {}, hatch()),
    valueAxis(scale, width),
    svg('path', { class: 'bars', d: barsPath(model, scale) }),
    gapMarks(model, scale),
    ...model.held.map(at =>
      svg('path', { class: 'held', d: `M${scale.x(at).toFixed(1)} ${scale.bottom - 9}l4 7h-8z` }),
    ),
    timeAxis(model, scale),
    svg('g', { class: 'cursor' }),
  )
}

type Scale = ReturnType<typeof scales>

/** Lines that fall to the left: told apart without colours, in print too. */
function hatch(): SVGPatternElement {
  return svg(
    'pattern',
    { id: 'hatch', width: 7, height: 7, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
    svg('rect', { width: 7, height: 7, class: 'hatch-ground' }),
    svg('path', { d: 'M0 0V7', class: 'hatch-line' }),
  )
}

function gapMarks({ gaps }: PlotModel, { x, bottom }: Scale): SVGGElement {
  return svg(
    'g',
    { class: 'gaps' },
    ...gaps.map(({ from, to }) => {
      const width = Math.max(2, x(to) - x(from))
      return svg('rect', {
        x: x(from).toFixed(1),
        y: margin.top,
        width: width.toFixed(1),
        height: bottom - margin.top,
        fill: 'url(#hatch)',
      })
    }),
  )
}

function valueAxis({ y, unit, ticks }: Scale, width: number): SVGGElement {
  return svg(
    'g',
    { class: 'axis' },
    ...ticks.flatMap(tick => {
      const at = y(tick * unit.per)
      return [
        svg('path', {
          class: tick === 0 ? 'base' : 'grid',
          d: `M${margin.left} ${at}H${width - margin.right}`,
        }),
        svg('text', { x: margin.left - 8, y: at + 4, 'text-anchor': 'end' }, String(tick)),
      ]
    }),
    svg('text', { x: margin.left - 8, y: margin.top - 12, 'text-anchor': 'end', class: 'unit' }, unit.name),
  )
}

/** All bars as one path: thousands of elements would make the page slow. */
function barsPath({ bars }: PlotModel, { x, y, bottom }: Scale): string {
  return bars
    .map(bar => {
      const left = x(bar.from)
      const right = x(bar.to)
      const gap = right - left > 5 ? 0.5 : 0
      return `M${(left + gap).toFixed(2)} ${bottom}V${y(meanPower(bar)).toFixed(2)}H${(right - gap).toFixed(2)}V${bottom}z`
    })
    .join('')
}

const labelWidth = 62

function timeAxis({ from, to }: PlotModel, { x, bottom, plotWidth }: Scale): SVGGElement {
  const ticks = timeTicks(from, to, Math.max(2, Math.floor(plotWidth / labelWidth)))
  const end = monthText(to - 1)
  const title = monthText(from) === end ? `UTC, ${end}` : `UTC, ${monthText(from)} to ${end}`
  return svg(
    'g',
    { class: 'axis' },
    ...ticks.flatMap(({ at, text, major }) => [
      svg('path', { class: 'tick', d: `M${x(at).toFixed(1)} ${bottom}v5` }),
      svg(
        'text',
        {
          x: x(at).toFixed(1),
          y: bottom + 18,
          'text-anchor': anchorOf(x(at), plotWidth),
          class: major ? 'major' : undefined,
        },
        text,
      ),
    ]),
    svg('text', { x: margin.left + plotWidth, y: bottom + 36, 'text-anchor': 'end', class: 'unit' }, title),
  )
}

/** Labels at the edges stay within the picture. */
function anchorOf(at: number, plotWidth: number): string {
  return at > margin.left + plotWidth - 20 ? 'end' : 'middle'
}
