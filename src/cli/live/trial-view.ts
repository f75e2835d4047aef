import { printable } from '../printable.ts'
import type { Style } from '../style.ts'
import { wrapped } from '../wrapped.ts'
import type { Trial } from './source-trial.ts'

/**
 * Trials for people: a line each, what to do and what to look at below it.
 * @param columns - characters in a line of the terminal, where there is one: longer sentences go on below their beginning
 */
export function trialLines(trials: readonly Trial[], style: Style, columns?: number): readonly string[] {
  const widths = [widest(trials.map(({ subject }) => subject)), widest(trials.map(({ by }) => by))] as const
  return trials.flatMap(({ subject, by, said, trouble, remarks }) => {
    const head = `${subject.padEnd(widths[0])}  ${by.padEnd(widths[1])}`
    const below = widths[0] + 2
    const more = (mark: 'hint:' | 'note:', text: string) =>
      folded(printable(text), { columns, begun: below + mark.length + 1, below: below + 2 })
    const [mark, words] =
      trouble === undefined
        ? [`${style.green('ok')}  `, said]
        : [style.red('FAIL'), `${trouble.code}: ${trouble.message}`]
    const first = folded(printable(words), { columns, begun: head.length + 8, below: below + 2 })
    return [
      `${head}  ${mark}  ${first}`,
      ...(trouble?.hint === undefined ? [] : [`${' '.repeat(below)}hint: ${more('hint:', trouble.hint)}`]),
      ...remarks.map(remark => `${' '.repeat(below)}${style.yellow('note:')} ${more('note:', remark)}`),
    ]
  })
}

/** A sentence that begins at a column, and goes on below at another where the line is full. */
function folded(
  sentence: string,
  { columns, begun, below }: { columns: number | undefined; begun: number; below: number },
): string {
  // A command stays whole, so that it can be copied.
  if (columns === undefined || sentence.includes('energyweb ')) return sentence
  // The first line begins further right: what stands before it is as good as words.
  const [first = '', ...rest] = wrapped(`${'x'.repeat(begun - below)}${sentence}`, columns - below)
  return [first.slice(begun - below), ...rest].join(`\n${' '.repeat(below)}`)
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(text => text.length))
}

/** A trial for programs. */
export function plainTrial({ subject, by, said, trouble, remarks }: Trial) {
  return {
    subject,
    by,
    ok: trouble === undefined,
    said,
    remarks,
    ...(trouble !== undefined && {
      error: {
        code: trouble.code,
        message: trouble.message,
        hint: trouble.hint,
        retryable: trouble.retryable,
      },
    }),
  }
}
