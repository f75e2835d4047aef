import type { CommandIo, Output } from './io.ts'

type Paint = (text: string) => string

/** Colours; plain text where there is no terminal. */
export interface Style {
  readonly bold: Paint
  readonly dim: Paint
  readonly red: Paint
  readonly green: Paint
  readonly yellow: Paint
}

const plain: Style = {
  bold: text => text,
  dim: text => text,
  red: text => text,
  green: text => text,
  yellow: text => text,
}

// Codes of ECMA-48 (select graphic rendition): on and off.
const coloured: Style = {
  bold: text => `\u001b[1m${text}\u001b[22m`,
  dim: text => `\u001b[2m${text}\u001b[22m`,
  red: text => `\u001b[31m${text}\u001b[39m`,
  green: text => `\u001b[32m${text}\u001b[39m`,
  yellow: text => `\u001b[33m${text}\u001b[39m`,
}

/** Colours on a terminal, unless NO_COLOR (https://no-color.org) or TERM=dumb says otherwise. */
export function styleFor(output: Output, env: CommandIo['env']): Style {
  const wanted = output.isTerminal && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb'
  return wanted ? coloured : plain
}
