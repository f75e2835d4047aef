import type { Finding, VerificationStep } from '../../src/proof/evidence/verification.ts'
import { code, html, said } from './dom.ts'
import { type Icon, icon } from './icons.ts'
import type { Checked } from './messages.ts'
import { section } from './section.ts'
import { statesInWords, stepsInWords } from './steps-in-words.ts'

const signs: Readonly<Record<VerificationStep['state'], Icon>> = {
  holds: 'good',
  false: 'bad',
  open: 'open',
  absent: 'none',
}

/** Each step of the check: how it came out, what was looked at, and what it means. */
export function stepsView({ steps }: Checked): HTMLElement {
  return section(
    { id: 'steps', title: 'What was checked' },
    html('ol', { class: 'steps' }, ...steps.map(stepView)),
  )
}

function stepView(step: VerificationStep): HTMLElement {
  const words = stepsInWords[step.name]
  return html(
    'li',
    { id: `step-${step.name}`, class: `step step-${step.state}`, 'data-state': step.state },
    icon(signs[step.state]),
    html(
      'div',
      {},
      html(
        'h3',
        {},
        words.title,
        ' ',
        html('span', { class: `state state-${step.state}` }, statesInWords[step.state]),
      ),
      step.findings.some(({ text }) => text === step.text)
        ? undefined
        : html('p', {}, said(step.text, 1_000)),
      findingsView(step.findings),
      html(
        'details',
        { open: step.state === 'false' || step.state === 'open' },
        html('summary', {}, 'What this step is'),
        html('p', {}, html('b', {}, 'Looked at: '), words.checked),
        html('p', {}, html('b', {}, 'If it holds: '), words.means),
        step.state === 'holds' ? undefined : html('p', {}, html('b', {}, 'Otherwise: '), words.otherwise),
      ),
    ),
  )
}

const effects = { refutes: 'refutes', 'leaves-open': 'leaves open', note: 'note' } as const
const mostFindings = 50

function findingsView(findings: readonly Finding[]): HTMLElement | undefined {
  if (findings.length === 0) return undefined
  const more = findings.length - mostFindings
  return html(
    'ul',
    { class: 'findings' },
    ...findings.slice(0, mostFindings).map(findingView),
    more > 0 ? html('li', {}, `and ${more} more`) : undefined,
  )
}

function findingView({ code: word, effect, text, sequence }: Finding): HTMLElement {
  return html(
    'li',
    { class: `finding finding-${effect}`, 'data-code': word },
    html('span', { class: 'effect' }, effects[effect]),
    ' ',
    said(text, 1_000),
    sequence === undefined ? undefined : html('span', { class: 'where' }, ` (entry ${sequence})`),
    ' ',
    code(word),
  )
}
