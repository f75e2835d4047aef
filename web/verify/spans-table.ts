import { html } from './dom.ts'
import { clockText, dayText, spanText } from './figures.ts'
import type { PlotModel } from './plot-model.ts'
import { binned, type PowerBin } from './power-series.ts'
import { scrollable } from './section.ts'

const hour = 3_600_000
const day = 24 * hour

/** The plot as a table: energy of each hour of a day or two, each day of up to three months, else each 10 days. */
export function spansTable({ from, to, steps, gaps }: PlotModel): HTMLElement {
  const width = to - from <= 2 * day ? hour : to - from <= 100 * day ? day : 10 * day
  const start = Math.floor(from / width) * width
  const rows = binned(steps, { from: start, to, width })
  const silent = (bin: PowerBin) =>
    gaps.reduce((sum, gap) => sum + Math.max(0, Math.min(gap.to, bin.to) - Math.max(gap.from, bin.from)), 0)
  return html(
    'details',
    { class: 'spans' },
    html(
      'summary',
      {},
      `The same as a table: energy of each ${spanText(width).replace(/^1 h$/, 'hour').replace(/^1 /, '')}`,
    ),
    scrollable(
      'Energy by time',
      html(
        'table',
        {},
        html(
          'caption',
          {},
          'Rounded to a watt-hour; a reading that reaches over midnight is divided by time.',
        ),
        html('thead', {}, headings(['From (UTC)', 'Energy, kWh', 'Mean power, kW', 'Gaps'])),
        html('tbody', {}, ...rows.map(bin => row(bin, width, silent(bin)))),
      ),
    ),
  )
}

function headings(titles: readonly string[]): HTMLElement {
  return html(
    'tr',
    {},
    ...titles.map((title, i) => html('th', { scope: 'col', class: i > 0 ? 'figure' : undefined }, title)),
  )
}

function row(bin: PowerBin, width: number, silent: number): HTMLElement {
  const when = width < day ? `${dayText(bin.from)}, ${clockText(bin.from)}` : dayText(bin.from)
  const known = bin.covered > 0
  return html(
    'tr',
    {},
    html('th', { scope: 'row' }, when),
    html('td', { class: 'figure' }, known ? (bin.energy / 3.6e9).toFixed(3) : '–'),
    html('td', { class: 'figure' }, known ? (bin.energy / bin.covered / 1e3).toFixed(3) : '–'),
    html('td', { class: 'figure' }, silent > 0 ? spanText(silent) : ''),
  )
}
