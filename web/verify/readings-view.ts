import type { VerifiedReading } from '../../src/proof/evidence/verification.ts'
import { append, html, said } from './dom.ts'
import { counted, grouped, kilowattHours } from './figures.ts'
import type { Checked } from './messages.ts'
import { scrollable, section } from './section.ts'
import { timeView } from './time-view.ts'

const rowsAtOnce = 250

/** Every reading of the period, some at a time, each with a button that shows its path. */
export function readingsView(
  { readings }: Checked,
  choose: (segment: number, sequence: number) => void,
): HTMLElement | undefined {
  if (readings.length === 0) return undefined
  const body = html('tbody')
  const more = html('button', { type: 'button', class: 'quiet' })
  const count = html('p', { class: 'aside' })
  const show = () => {
    const shown = body.childElementCount
    append(body, readings.slice(shown, shown + rowsAtOnce).map(row))
    const now = body.childElementCount
    count.textContent = `${grouped(String(now))} of ${counted(readings.length, 'reading')} shown. Choose one to see its path.`
    more.textContent = `Show ${Math.min(rowsAtOnce, readings.length - now)} more`
    more.hidden = now >= readings.length
  }
  more.addEventListener('click', show)
  body.addEventListener('click', event => {
    const button = event.target instanceof Element ? event.target.closest('button') : null
    const { segment, sequence } = button?.dataset ?? {}
    if (segment !== undefined && sequence !== undefined) choose(Number(segment), Number(sequence))
  })
  show()
  return section(
    { id: 'readings', title: 'The readings' },
    html(
      'details',
      {},
      html('summary', {}, `All ${counted(readings.length, 'reading')} of the period`),
      count,
      scrollable('Readings of the period', html('table', {}, html('thead', {}, heading()), body)),
      more,
    ),
  )
}

function heading(): HTMLElement {
  const titles = ['Entry', 'Measured', 'The source said', 'Register’s total', 'Standing']
  return html(
    'tr',
    {},
    ...titles.map((title, i) =>
      html('th', { scope: 'col', class: i === 2 || i === 3 ? 'figure' : undefined }, title),
    ),
  )
}

function row(reading: VerifiedReading): HTMLElement {
  const { segment, sequence, kind, from, measuredAt, energy, total, status, signedBy } = reading
  const time = measuredAt === undefined ? 'not shown' : timeView(measuredAt)
  return html(
    'tr',
    {},
    html(
      'th',
      { scope: 'row' },
      html(
        'button',
        {
          type: 'button',
          class: 'link',
          'data-segment': segment,
          'data-sequence': sequence,
          'aria-label': `Path of entry ${sequence}`,
        },
        String(sequence),
      ),
    ),
    html('td', {}, from === undefined ? time : [timeView(from), ' to ', time]),
    html('td', { class: 'figure' }, energy === undefined ? 'not shown' : kilowattHours(energy)),
    html('td', { class: 'figure' }, total === undefined ? 'not shown' : kilowattHours(total)),
    html(
      'td',
      {},
      kind === 'revision' ? 'revision, ' : '',
      said(status ?? 'not shown'),
      signedBy === undefined ? '' : ', signed by itself',
    ),
  )
}
