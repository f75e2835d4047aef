import { formatSize } from '../../src/core/size.ts'
import { type Child, code, html, linesOf, said } from './dom.ts'
import { counted, grouped, timeText } from './figures.ts'
import type { Checked, FileFacts } from './messages.ts'
import { section } from './section.ts'
import { timeView } from './time-view.ts'

/** What the check was made of: enough to repeat it, and to tell on paper which file it was. */
export function factsView(
  checked: Checked,
  given: { keys: readonly string[]; witnesses: readonly string[]; at: Date },
): HTMLElement {
  const { evidence, file, previous, milliseconds } = checked
  const rows: (readonly [string, Child])[] = [
    ['File', fileText(file)],
    ['Earlier file', previous === undefined ? 'none given' : fileText(previous)],
    ['Keys trusted for the log', keysText(given.keys)],
    ['Keys trusted for witnesses', keysText(given.witnesses)],
  ]
  if (evidence !== undefined) {
    rows.push(
      ['Made', [timeView(evidence.made.at), ' by ', said(evidence.made.by)]],
      ['Entries', counted(evidence.entries, 'entry', 'entries')],
      ['Signed by', signersText(checked)],
      ['Checkpoint', html('pre', {}, ...linesOf(evidence.checkpoint.trimEnd()))],
      ['Key named in the file', [code(evidence.key), ' (a hint only: nothing is believed because of it)']],
    )
  }
  rows.push([
    'Checked',
    `${timeText(given.at.toISOString())}, in ${grouped(Math.ceil(milliseconds).toString())} ms, by this page`,
  ])
  return section(
    { id: 'facts', title: 'About this check' },
    html(
      'dl',
      { class: 'facts' },
      ...rows.flatMap(([name, value]) => [html('dt', {}, name), html('dd', {}, value)]),
    ),
  )
}

const roles = { log: 'the log key', evidence: 'the evidence key', witness: 'the witness' } as const

/** Who has signed the checkpoint, and which keys have signed readings; of unknown keys only how many there are. */
function signersText({ signers, readings }: Checked): Child {
  const known = signers.checkpoint.flatMap(({ key, role, holds }): Child[] =>
    role === 'unknown'
      ? []
      : [html('span', { class: 'key' }, `${roles[role]} `, code(key), holds === true ? '' : ' (false)')],
  )
  const strangers = signers.checkpoint.length - known.length
  const ones = signers.readings.map(({ key, count }) =>
    html(
      'span',
      { class: 'key' },
      `${grouped(String(count))} of ${counted(readings.length, 'reading')} one by one by `,
      code(key),
    ),
  )
  const others = strangers === 0 ? [] : [`${counted(strangers, 'key')} that you have not named`]
  const all = [...known, ...ones, ...others]
  return all.length === 0 ? 'nobody' : all
}

function fileText({ name, size, sha256 }: FileFacts): Child {
  return [said(name), `, ${formatSize(size)}, SHA-256 `, code(sha256)]
}

function keysText(keys: readonly string[]): Child {
  return keys.length === 0 ? 'none given' : keys.map(key => html('span', { class: 'key' }, code(key)))
}
