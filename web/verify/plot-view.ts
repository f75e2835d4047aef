import { powerUnit } from './axis.ts'
import { html } from './dom.ts'
import { drawPlot, type PlotFrame } from './draw-plot.ts'
import { dayText, spanText } from './figures.ts'
import type { Checked } from './messages.ts'
import { plotCursor } from './plot-cursor.ts'
import { type PlotModel, plotModel } from './plot-model.ts'
import { meanPower } from './power-series.ts'
import { section } from './section.ts'
import { spansTable } from './spans-table.ts'

/** Power through the period, with the log's own gaps; the same as a table for those who see no pictures. */
export function plotView(
  checked: Checked,
  choose: (segment: number, sequence: number) => void,
): HTMLElement | undefined {
  const model = plotModel(checked)
  if (model === undefined) return undefined
  const figure = html('div', { class: 'plot' })
  const label = html('output', { class: 'plot-label', 'aria-live': 'polite' }, hint)
  const draw = (width: number) => {
    const frame: PlotFrame = { width, height: Math.round(Math.min(320, Math.max(200, width * 0.36))) }
    figure.replaceChildren(drawPlot(model, frame, describe(model)))
    plotCursor({ figure, model, frame, label, choose })
  }
  draw(860)
  const observer = new ResizeObserver(([entry]) => {
    if (entry !== undefined && entry.contentRect.width > 0) draw(Math.round(entry.contentRect.width))
  })
  observer.observe(figure)
  addEventListener('beforeprint', () => draw(printed))
  return section(
    { id: 'plot', title: 'Power through the period' },
    html('p', { class: 'aside' }, caption(model, checked.verdict === 'refuted')),
    html('figure', {}, figure, html('figcaption', {}, legend(model), label)),
    spansTable(model),
  )
}

/** Width of the picture on paper: its height follows. */
const printed = 640

const hint = 'Point at the plot, or focus it and use the arrow keys; Enter shows the path of a reading.'

function caption({ width, gaps }: PlotModel, refuted: boolean): string {
  const bars =
    width === undefined
      ? 'Mean power between one reading and the next. '
      : `Mean power of each ${spanText(width).replace(/^1 h$/, 'hour').replace(/^1 /, '')} while there were readings. `
  const silence =
    gaps.length === 0
      ? 'The log tells of no gap. '
      : 'Across a gap of a counter, its mean is all that is known. '
  return `${refuted ? 'From a file that is refuted: it shows no more than what the file says. ' : ''}${bars}${silence}All times are UTC.`
}

/** What the picture shows, in a sentence: the label of the picture for screen readers. */
function describe(model: PlotModel): string {
  const highest = Math.max(...model.bars.map(meanPower))
  const { name, per } = powerUnit(highest)
  const gaps = model.gaps.length === 1 ? '1 gap' : `${model.gaps.length} gaps`
  return `Bar chart of mean power from ${dayText(model.from)} to ${dayText(model.to)}: highest ${(highest / per).toPrecision(3)} ${name}, ${gaps}. The same is in the table below.`
}

function legend({ gaps, held }: PlotModel): HTMLElement {
  return html(
    'ul',
    { class: 'legend' },
    html('li', {}, html('span', { class: 'swatch swatch-bar' }), 'power'),
    gaps.length === 0
      ? undefined
      : html(
          'li',
          {},
          html('span', { class: 'swatch swatch-gap' }),
          'gap: the log says that there is no reading',
        ),
    held.length === 0
      ? undefined
      : html(
          'li',
          {},
          html('span', { class: 'swatch swatch-held' }),
          'a reading that is held, and not counted',
        ),
  )
}
