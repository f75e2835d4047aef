import type { EvidenceClaim } from '../../src/proof/evidence/evidence.ts'
import { html, said } from './dom.ts'
import { kilowattHours, timeText } from './figures.ts'
import { type Icon, icon } from './icons.ts'
import type { Checked } from './messages.ts'
import { stepsInWords } from './steps-in-words.ts'

type Verdict = Checked['verdict']

const words: Readonly<Record<Verdict, { readonly title: string; readonly icon: Icon }>> = {
  proven: { title: 'Proven', icon: 'good' },
  refuted: { title: 'Refuted', icon: 'bad' },
  incomplete: { title: 'Incomplete', icon: 'open' },
}

/** The verdict, in one word and a few sentences. */
export function verdictView(checked: Checked): HTMLElement {
  const { title, icon: sign } = words[checked.verdict]
  return html(
    'section',
    {
      class: `verdict verdict-${checked.verdict}`,
      'aria-labelledby': 'verdict',
      'data-verdict': checked.verdict,
    },
    icon(sign),
    html(
      'div',
      {},
      html('h2', { id: 'verdict', tabindex: -1 }, title),
      html('p', { class: 'lead' }, ...sentence(checked)),
      reasons(checked),
    ),
  )
}

function sentence(checked: Checked): (Node | string)[] {
  const claim = checked.evidence?.claim
  if (checked.verdict === 'refuted' && claim === undefined) {
    return ['This can’t be read as evidence: it is another file, or one that was changed on its way.']
  }
  if (checked.verdict === 'refuted') {
    return ['Something in this file is false. Do not rely on any of its figures.']
  }
  if (checked.verdict === 'incomplete') {
    return [
      'Nothing in this file was found to be false, but it does not prove its claim: something is left open.',
    ]
  }
  return claim === undefined ? [] : provenSentence(claim)
}

function provenSentence({ asset, channel, energy, from, to }: EvidenceClaim): (Node | string)[] {
  const flowed = channel === 'export' ? 'delivered' : 'took'
  const when =
    from === to
      ? `from one reading to the next, that of ${timeText(to)}`
      : `from ${timeText(from)} to ${timeText(to)}`
  const what =
    energy === null
      ? ` was read as is shown below, ${when}`
      : ` ${flowed} ${kilowattHours(BigInt(energy))} ${when}`
  return [
    'By the signed log, the meter of ',
    said(asset),
    what,
    '. Every step of the check that could be made holds.',
  ]
}

/** What refutes the file, or leaves it open; at most a few, the steps have them all. */
function reasons({ steps, verdict }: Checked): HTMLElement | undefined {
  if (verdict === 'proven') return undefined
  const state = verdict === 'refuted' ? 'false' : 'open'
  const effect = verdict === 'refuted' ? 'refutes' : 'leaves-open'
  const bad = steps.filter(step => step.state === state)
  return html(
    'ul',
    { class: 'reasons' },
    ...bad.slice(0, 4).map(step => {
      const finding = step.findings.find(found => found.effect === effect)
      return html(
        'li',
        {},
        html('a', { href: `#step-${step.name}` }, stepsInWords[step.name].title),
        ': ',
        said(finding?.text ?? step.text, 600),
      )
    }),
    bad.length > 4 ? html('li', {}, `and ${bad.length - 4} more steps, below.`) : undefined,
  )
}
