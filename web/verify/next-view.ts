import { type Child, code, html } from './dom.ts'
import type { Checked } from './messages.ts'
import { section } from './section.ts'

/** What to do with a verdict. */
export function nextView(checked: Checked): HTMLElement {
  return section(
    { id: 'next', title: 'What to do next' },
    html('ul', { class: 'plain' }, ...advice(checked).map(text => html('li', {}, text))),
  )
}

function advice(checked: Checked): readonly Child[] {
  const has = (word: string) =>
    checked.steps.some(step => step.findings.some(({ code: found }) => found === word))
  const list: Child[] = []
  if (has('key-not-trusted')) {
    list.push([
      'Give the log’s verifier key above. Get it by a way other than this file: the operator prints it with ',
      code('energyweb keys show'),
      '. If it differs from the one that the file names, ask why.',
    ])
  }
  if (has('end-open'))
    list.push(
      'Ask for a file that was made after the next reading: only that shows that nothing of the period is left out.',
    )
  if (has('previous-unlinked')) {
    list.push([
      'Ask the operator for a file made with ',
      code('energyweb prove --previous OLD'),
      ', and send him the earlier file.',
    ])
  }
  if (checked.verdict === 'incomplete') {
    list.push(
      'Ask the operator for a file that shows what is open: each open step above says what is missing.',
    )
  }
  if (checked.evidence === undefined) {
    list.push(
      'Make sure that it is the right file: its name ends in .evidence.json. Ask for it again, byte for byte as it was written: packed (zip), or from a web server. Mail programs and editors change the text.',
    )
  } else if (checked.verdict === 'refuted') {
    list.push(
      'Keep this file as it is: what refutes it is itself evidence. Send the operator the findings, and ask for the file again.',
    )
  }
  list.push('Print this page, or save it as PDF: it names the file by its SHA-256 and all that you gave.')
  if (checked.verdict !== 'refuted')
    list.push(
      'Keep the file. At the next audit, give both files: the check then shows that nothing was changed in between.',
    )
  list.push([
    'The command ',
    code('energyweb verify FILE --key KEY'),
    ' makes the same check without a browser.',
  ])
  return list
}
