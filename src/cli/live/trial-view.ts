import { printable } from '../printable.ts'
import type { Style } from '../style.ts'
import type { Trial } from './source-trial.ts'

/** Trials for people: a line each, what to do and what to look at below it. */
export function trialLines(trials: readonly Trial[], style: Style): readonly string[] {
  const widths = [widest(trials.map(({ subject }) => subject)), widest(trials.map(({ by }) => by))] as const
  return trials.flatMap(({ subject, by, said, trouble, remarks }) => {
    const head = `${subject.padEnd(widths[0])}  ${by.padEnd(widths[1])}`
    const more = (mark: string, text: string) => `${' '.repeat(widths[0] + 2)}${mark} ${printable(text)}`
    const first =
      trouble === undefined
        ? `${head}  ${style.green('ok')}    ${printable(said)}`
        : `${head}  ${style.red('FAIL')}  ${printable(`${trouble.code}: ${trouble.message}`)}`
    return [
      first,
      ...(trouble?.hint === undefined ? [] : [more('hint:', trouble.hint)]),
      ...remarks.map(remark => more(style.yellow('note:'), remark)),
    ]
  })
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
