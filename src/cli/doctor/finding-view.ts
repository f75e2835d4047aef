import { printable } from '../printable.ts'
import type { Style } from '../style.ts'
import { wrapped } from '../wrapped.ts'
import type { Finding, Grade } from './finding.ts'

const marks: Readonly<Record<Grade, string>> = { bad: '✗', doubtful: '!', good: '✓' }
const indent = '  '

/** Findings for people, what is urgent first and with room around it. Commands are never broken into lines. */
export function findingLines(
  findings: readonly Finding[],
  { style, columns }: { style: Style; columns: number },
): string {
  const paint: Readonly<Record<Grade, (text: string) => string>> = {
    bad: style.red,
    doubtful: style.yellow,
    good: style.green,
  }
  return findings
    .map(({ grade, what, since, remedy }) => {
      const text = since == null ? what : `${what}, since ${since}`
      const lines = wrapped(printable(text), columns - indent.length)
      const [first = '', ...rest] = lines
      return [
        `${paint[grade](marks[grade])} ${first}`,
        ...rest.map(line => `${indent}${line}`),
        ...(remedy === undefined ? [] : [`${indent}${style.dim('→')} ${style.bold(printable(remedy))}`]),
      ].join('\n')
    })
    .join('\n')
}
