import { EnergywebError } from '../core/errors.ts'

/** Something wrong, or doubtful, at one place of a configuration. */
export interface ConfigProblem {
  /** As it was given. */
  readonly file: string
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 code units. */
  readonly column: number
  /** Like `assets[0].every`; empty for the whole. */
  readonly path: string
  /** What is wrong; never a secret. */
  readonly message: string
}

/** A step on the way to a value: a key or a place in a list. */
export type PathStep = string | number

/** A problem before its place in the text is looked up. */
export interface Finding {
  readonly path: readonly PathStep[]
  readonly message: string
  /** True: point at the key, not at its value. */
  readonly atKey?: boolean
}

/** `file:line:column: path: message`, as editors and terminals understand it. */
export function formatProblem({ file, line, column, path, message }: ConfigProblem): string {
  return `${file}:${line}:${column}: ${path === '' ? '' : `${path}: `}${message}`
}

/** `['assets', 0, 'every']` as `assets[0].every`. */
export function formatPath(path: readonly PathStep[]): string {
  let text = ''
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`
    else text += `${text === '' ? '' : '.'}${step.length > 64 ? `${step.slice(0, 64)}…` : step}`
  }
  return text
}

/** The error of a configuration with these problems. */
export function configInvalid(file: string, problems: readonly ConfigProblem[]): EnergywebError {
  const count = problems.length === 1 ? 'one error' : `${problems.length} errors`
  const message = `${file} has ${count}\n${problems.map(formatProblem).join('\n')}`
  return new EnergywebError('config-invalid', message, {
    hint: 'Every key is explained in docs/configuration.md; `energyweb check` shows errors and warnings.',
  })
}
