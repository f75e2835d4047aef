import { EnergywebError } from '../../src/core/errors.ts'
import type { VerifiedReading } from '../../src/proof/evidence/verification.ts'
import { Checker } from './checker.ts'
import { append, fill, html, said } from './dom.ts'
import { FilesField, type GivenFiles } from './files-field.ts'
import { type GivenKeys, keyFields } from './key-fields.ts'
import type { Checked } from './messages.ts'
import { pathView } from './path-view.ts'
import { reportView } from './report-view.ts'
import { failureOf } from './serve.ts'

/** Builds the page and waits for a file. */
export function startPage(program: string): void {
  const main = document.querySelector('main')
  if (main === null) throw new EnergywebError('internal', 'the page has no main part')
  const report = new Report(new Checker(program))
  // What was found with other keys or files must not stand there a moment longer.
  const again = debounced(() => report.check(files.given, keys.read()), 300)
  const keys = keyFields(() => {
    report.clear()
    again.soon()
  })
  const files = new FilesField({
    changed: given => {
      again.cancel()
      report.check(given, keys.read())
    },
    refused: error => report.fail(error),
  })
  report.told = told => files.told(told)
  append(main, [
    html('section', { class: 'inputs', 'aria-label': 'What is to be checked' }, files.element, keys.element),
    report.status,
    report.element,
  ])
}

/** The part of the page that says what the check came to. */
class Report {
  readonly element = html('div', { id: 'report' })
  readonly status = html('p', { id: 'status', role: 'status' })
  told: (told: { swapped: boolean }) => void = () => undefined
  readonly #checker: Checker
  #turn = 0

  constructor(checker: Checker) {
    this.#checker = checker
  }

  clear(): void {
    this.#turn++
    this.#say('')
    this.element.replaceChildren()
  }

  fail(error: unknown): void {
    this.clear()
    const { message, hint } = failureOf(error)
    fill(
      this.element,
      html(
        'section',
        { class: 'failure', role: 'alert' },
        html('h2', {}, 'The file could not be checked'),
        html('p', {}, said(message, 1_000), '.'),
        hint === undefined ? undefined : html('p', {}, hint),
      ),
    )
  }

  /** Checks files by keys; nothing is shown while one of them is missing. */
  check(files: GivenFiles | undefined, given: GivenKeys | undefined): void {
    this.clear()
    if (files !== undefined && given !== undefined) void this.#check(files, given)
  }

  async #check(files: GivenFiles, given: GivenKeys): Promise<void> {
    const mine = this.#turn
    const at = new Date()
    this.#say('Reading')
    try {
      const checked = await this.#checker.check({ ...files, ...given }, text => this.#say(text))
      if (mine !== this.#turn) return
      this.#say('')
      this.told(checked)
      fill(
        this.element,
        reportView(checked, { ...given, at }, (segment, sequence) => void this.#path(segment, sequence)),
      )
      if (!isTyping()) this.element.querySelector<HTMLElement>('#verdict')?.focus()
      const sample = sampleOf(checked)
      if (sample !== undefined) await this.#path(sample.segment, sample.sequence, { focus: false })
    } catch (error) {
      if (mine === this.#turn) this.fail(error)
    }
  }

  async #path(segment: number, sequence: number, { focus = true } = {}): Promise<void> {
    const place = this.element.querySelector('#path-place')
    if (place === null) return
    try {
      fill(place, pathView(await this.#checker.path({ segment, sequence })))
      if (focus) document.getElementById('path-title')?.focus()
    } catch (error) {
      const { message, hint } = failureOf(error)
      fill(
        place,
        html('p', { class: 'problem', role: 'alert' }, message, hint === undefined ? '' : `. ${hint}`),
      )
    }
  }

  #say(text: string): void {
    this.status.textContent = text === '' ? '' : `${text} …`
  }
}

/** Whoever types a key is not to be thrown out of its field. */
function isTyping(): boolean {
  return document.activeElement?.matches('textarea, input[type=number]') ?? false
}

/** The reading whose path is shown at first: one in the middle, which hangs on many others. */
function sampleOf({ readings }: Checked): VerifiedReading | undefined {
  const counted = readings.filter(({ status }) => status === 'counted')
  return counted[counted.length >> 1] ?? readings[0]
}

/** Does it once, a while after it was asked for the last time. */
function debounced(act: () => void, milliseconds: number): { soon(): void; cancel(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  const cancel = () => clearTimeout(timer)
  const soon = () => {
    cancel()
    timer = setTimeout(act, milliseconds)
  }
  return { soon, cancel }
}
