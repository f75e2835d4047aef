import { EnergywebError } from '../../src/core/errors.ts'
import { formatSize } from '../../src/core/size.ts'
import { type Child, fill, html, said } from './dom.ts'

/** Which file is to be checked, and which one is of an earlier audit. */
export interface GivenFiles {
  readonly file: File
  readonly previous: File | undefined
  /** True when both came together, and which is which is to be told by what stands in them. */
  readonly guessed: boolean
}

interface Listeners {
  changed(given: GivenFiles): void
  refused(error: EnergywebError): void
}

/** Takes files by a button, or dropped anywhere on the page, and says which is which. */
export class FilesField {
  readonly element: HTMLElement
  readonly #listeners: Listeners
  readonly #chosen = html('div', { class: 'chosen', 'aria-live': 'polite' })
  #given: GivenFiles | undefined

  constructor(listeners: Listeners) {
    this.#listeners = listeners
    const file = fileInput('file', { multiple: true }, files => this.#take(files))
    const previous = fileInput('previous', {}, ([earlier]) => this.#takePrevious(earlier))
    this.element = html(
      'div',
      { class: 'drop' },
      html(
        'p',
        {},
        file,
        html('label', { for: 'file', class: 'button' }, 'Choose a file'),
        'or drop it anywhere on this page',
      ),
      html(
        'p',
        { class: 'help' },
        'Its name ends in .evidence.json. If you have the file of an earlier audit, give both: the check then shows that nothing was changed in between.',
      ),
      this.#chosen,
      previous,
    )
    takeDrops(files => this.#take(files))
  }

  get given(): GivenFiles | undefined {
    return this.#given
  }

  /** The check has told which of two files is the older one. */
  told({ swapped }: { swapped: boolean }): void {
    if (this.#given === undefined) return
    const { file, previous } = this.#given
    this.#given = {
      file: swapped && previous ? previous : file,
      previous: swapped ? file : previous,
      guessed: false,
    }
    this.#show()
  }

  #take(files: readonly File[]): void {
    const [file, previous] = files
    if (file === undefined) return
    if (files.length > 2) {
      const hint = 'Give one file, or two: this audit’s and the earlier one’s.'
      this.#listeners.refused(
        new EnergywebError('argument-invalid', `${files.length} files were given at once`, { hint }),
      )
      return
    }
    this.#change({ file, previous, guessed: previous !== undefined })
  }

  #takePrevious(previous: File | undefined): void {
    if (this.#given !== undefined) this.#change({ file: this.#given.file, previous, guessed: false })
  }

  #change(given: GivenFiles): void {
    this.#given = given
    this.#show()
    this.#listeners.changed(given)
  }

  #show(): void {
    if (this.#given === undefined) return
    const { file, previous } = this.#given
    fill(
      this.#chosen,
      html('p', {}, html('b', {}, 'File: '), nameOf(file)),
      previous === undefined
        ? html(
            'p',
            {},
            html('label', { for: 'previous', class: 'link' }, 'Give the file of an earlier audit, too'),
          )
        : html(
            'p',
            {},
            html('b', {}, 'Earlier audit: '),
            nameOf(previous),
            ' ',
            ...this.#previousButtons(file, previous),
          ),
    )
  }

  #previousButtons(file: File, previous: File): Child[] {
    const swap = () => this.#change({ file: previous, previous: file, guessed: false })
    const leave = () => this.#takePrevious(undefined)
    return [linkButton('Swap the two', swap), ' ', linkButton('Leave it out', leave)]
  }
}

function nameOf(file: File): Child {
  return [said(file.name), ` (${formatSize(file.size)})`]
}

function linkButton(text: string, act: () => void): HTMLButtonElement {
  const button = html('button', { type: 'button', class: 'link' }, text)
  button.addEventListener('click', act)
  return button
}

function fileInput(
  id: string,
  more: { multiple?: boolean },
  given: (files: readonly File[]) => void,
): HTMLInputElement {
  const label = id === 'file' ? 'Evidence file' : 'Evidence file of an earlier audit'
  const input = html('input', {
    id,
    type: 'file',
    class: 'unseen',
    accept: '.json,application/json',
    'aria-label': label,
    ...more,
  })
  input.addEventListener('change', () => {
    const files = [...(input.files ?? [])]
    // The same file may be chosen again, after it was changed.
    input.value = ''
    if (files.length > 0) given(files)
  })
  return input
}

function takeDrops(given: (files: readonly File[]) => void): void {
  const { classList } = document.documentElement
  addEventListener('dragover', event => {
    event.preventDefault()
    classList.add('dragging')
  })
  addEventListener('dragleave', event => {
    if (event.relatedTarget === null) classList.remove('dragging')
  })
  addEventListener('drop', event => {
    event.preventDefault()
    classList.remove('dragging')
    given([...(event.dataTransfer?.files ?? [])])
  })
}
