import { EnergywebError } from '../../src/core/errors.ts'
import { formatSize } from '../../src/core/size.ts'
import type { VerifiedReading } from '../../src/proof/evidence/verification.ts'
import { Checker } from './checker.ts'
import { append, fill, html, said } from './dom.ts'
import { fileField, keyFields, takeDrops } from './inputs-view.ts'
import type { Checked } from './messages.ts'
import { pathView } from './path-view.ts'
import { reportView } from './report-view.ts'
import { failureOf } from './serve.ts'

/** Builds the page and waits for a file. */
export function startPage(program: string): void {
  const main = document.querySelector('main')
  if (main === null) throw new EnergywebError('internal', 'the page has no main part')
  const checker = new Checker(program)
  const report = html('div', { id: 'report' })
  const status = html('p', { id: 'status', role: 'status' })
  let files: readonly File[] = []
  let turn = 0

  const check = async () => {
    const given = keys.read()
    if (given === undefined || files.length === 0) return
    const mine = ++turn
    const at = new Date()
    busy(true)
    try {
      const checked = await checker.check({ files, ...given }, text => say(text))
      if (mine !== turn) return
      say('')
      fill(report, reportView(checked, { ...given, at }, showPath))
      report.querySelector<HTMLElement>('#verdict')?.focus({ preventScroll: turn > 1 })
      const sample = sampleOf(checked)
      if (sample !== undefined) await showPath(sample.segment, sample.sequence, false)
    } catch (error) {
      if (mine === turn) sayFailure(error)
    } finally {
      if (mine === turn) busy(false)
    }
  }

  const showPath = async (segment: number, sequence: number, focus = true) => {
    const place = report.querySelector('#path-place')
    if (place === null) return
    try {
      fill(place, pathView(await checker.path({ segment, sequence })))
      if (focus) document.getElementById('path-title')?.focus()
    } catch (error) {
      const { message, hint } = failureOf(error)
      fill(
        place,
        html('p', { class: 'problem', role: 'alert' }, message, hint === undefined ? '' : `. ${hint}`),
      )
    }
  }

  const take = (given: readonly File[]) => {
    if (given.length > 2) {
      sayFailure(
        new EnergywebError('argument-invalid', `${given.length} files were given at once`, {
          hint: 'Give one file, or two: this audit’s and the earlier one’s.',
        }),
      )
      return
    }
    files = given
    field.show(
      ...given.flatMap((file, i) => [i > 0 ? ' and ' : '', said(file.name), ` (${formatSize(file.size)})`]),
    )
    void check()
  }

  const say = (text: string) => {
    status.textContent = text === '' ? '' : `${text} …`
  }
  const sayFailure = (error: unknown) => {
    const { message, hint } = failureOf(error)
    say('')
    fill(
      report,
      html(
        'section',
        { class: 'failure', role: 'alert' },
        html('h2', {}, 'The file could not be checked'),
        html('p', {}, said(message, 1_000), '.'),
        hint === undefined ? undefined : html('p', {}, hint),
      ),
    )
  }
  const busy = (on: boolean) => document.documentElement.classList.toggle('busy', on)

  const keys = keyFields(debounced(() => void check(), 300))
  const field = fileField(take)
  takeDrops(take)
  append(main, [
    html('section', { class: 'inputs', 'aria-label': 'What is to be checked' }, field.element, keys.element),
    status,
    report,
  ])
}

/** The reading whose path is shown at first: one in the middle, which hangs on many others. */
function sampleOf({ readings }: Checked): VerifiedReading | undefined {
  const counted = readings.filter(({ status }) => status === 'counted')
  return counted[counted.length >> 1] ?? readings[0]
}

function debounced(act: () => void, milliseconds: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  return () => {
    clearTimeout(timer)
    timer = setTimeout(act, milliseconds)
  }
}
