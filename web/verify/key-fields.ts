import { isEnergywebError } from '../../src/core/errors.ts'
import { parseAnyVerifierKey } from '../../src/proof/ecdsa-key.ts'
import { html } from './dom.ts'

/** What a person gives the page beside the file. */
export interface GivenKeys {
  readonly keys: readonly string[]
  readonly witnesses: readonly string[]
  readonly quorum: number | undefined
}

/** The fields for keys; answers what stands in them, or undefined while something in them is wrong. */
export function keyFields(changed: () => void): { element: HTMLElement; read(): GivenKeys | undefined } {
  const log = keyField(
    'keys',
    'Verifier key of the log',
    'One line: a name, +, an id, +, a key. Get it from the operator by a way other than the file. An evidence key in a line of its own must have signed too.',
  )
  const witness = keyField(
    'witnesses',
    'Verifier keys of witnesses',
    'One a line. Leave it empty when you know none.',
  )
  const quorum = html('input', {
    id: 'quorum',
    type: 'number',
    min: 1,
    max: 100,
    inputmode: 'numeric',
    placeholder: 'all',
  })
  const element = html(
    'div',
    { class: 'fields' },
    log.element,
    html(
      'details',
      {},
      html('summary', {}, 'Witnesses, if you know any'),
      witness.element,
      html('label', { for: 'quorum' }, 'How many of them must have cosigned'),
      quorum,
    ),
  )
  element.addEventListener('input', changed)
  return {
    element,
    read() {
      const keys = log.read()
      const witnesses = witness.read()
      if (keys === undefined || witnesses === undefined) return undefined
      const least = quorum.valueAsNumber
      return { keys, witnesses, quorum: Number.isSafeInteger(least) && least > 0 ? least : undefined }
    },
  }
}

function keyField(id: string, title: string, help: string) {
  const area = html('textarea', {
    id,
    rows: 2,
    spellcheck: 'false',
    autocomplete: 'off',
    autocapitalize: 'off',
    'aria-describedby': `${id}-help ${id}-problem`,
  })
  const problem = html('p', { id: `${id}-problem`, class: 'problem', role: 'alert' })
  return {
    element: html(
      'div',
      { class: 'field' },
      html('label', { for: id }, title),
      area,
      html('p', { id: `${id}-help`, class: 'help' }, help),
      problem,
    ),
    read(): readonly string[] | undefined {
      const lines = area.value
        .split('\n')
        .map(line => line.trim())
        .filter(line => line !== '')
      const wrong = lines.map(problemOf).find(found => found !== undefined)
      problem.textContent = wrong ?? ''
      area.setAttribute('aria-invalid', String(wrong !== undefined))
      return wrong === undefined ? lines : undefined
    },
  }
}

function problemOf(line: string): string | undefined {
  try {
    parseAnyVerifierKey(line)
    return undefined
  } catch (error) {
    if (!isEnergywebError(error)) throw error
    return `“${line.slice(0, 40)}${line.length > 40 ? '…' : ''}” is not a verifier key: ${error.message.replace(/^[^:]*: /, '')}.`
  }
}
