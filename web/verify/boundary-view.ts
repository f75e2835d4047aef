import { type Child, html } from './dom.ts'
import { counted } from './figures.ts'
import type { Checked } from './messages.ts'
import { section } from './section.ts'

/** What no check of a file can show: said as plainly as what it does show. */
export function boundaryView(checked: Checked): HTMLElement {
  return section(
    { id: 'boundary', title: 'What this does not prove' },
    html('ul', { class: 'plain' }, ...limits(checked).map(([title, ...text]) => limit(title, text))),
  )
}

function limit(title: string, text: readonly Child[]): HTMLElement {
  return html('li', {}, html('b', {}, title), ' ', ...text)
}

function limits(checked: Checked): readonly (readonly [string, ...Child[]])[] {
  const { gaps } = checked
  return [
    [
      'That the meter is right.',
      'The file shows what the meter said and when the gateway heard it. Whether the meter is calibrated, sealed and wired as it should be, somebody must see on the spot.',
    ],
    [
      'That everything was logged.',
      gaps.length === 0
        ? 'What was never logged leaves no trace. Nothing in this file says that a reading is missing.'
        : `What was never logged leaves no trace. The log itself tells of ${counted(gaps.length, 'gap')} in this period.`,
    ],
    [
      'What came after.',
      'Corrections that were logged behind the file’s last entry can’t be in it. A newer file shows them.',
    ],
    [
      'Who holds the key.',
      'The check trusts the verifier key that you gave. That it is the log’s, you must know from elsewhere.',
    ],
    [
      'That there is no second log.',
      stepHolds(checked, 'witnesses')
        ? 'The witnesses that you named vouch for this: as far as you trust them, there is none.'
        : 'An operator could keep two logs and show you one. Witnesses, records on chains, and the file of an earlier audit are what rules this out.',
    ],
    ['That clocks are right.', 'Times are those of the meter and of the gateway.'],
    [
      'That this page is the real one.',
      'A forged page can show anything. Get it with the program (npx energyweb), or let "energyweb verify" check the same file: both must say the same.',
    ],
  ]
}

function stepHolds({ steps }: Checked, name: string): boolean {
  return steps.some(step => step.name === name && step.state === 'holds')
}
