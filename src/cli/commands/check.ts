import { defineCommand, optionalWord } from '../command.ts'
import { findConfig } from '../configuration.ts'
import { exitCodes } from '../exit-codes.ts'

/** `energyweb check` */
export const checkCommand = defineCommand({
  name: 'check',
  summary: 'Check a configuration',
  description:
    'Names everything that is wrong by line and column, and warns of what works but should be looked at: secrets that are missing here or that others may read, assets without a capacity, names that nothing uses. Nothing is started and no network is touched.',
  arguments: { config: optionalWord('the configuration; default ENERGYWEB_CONFIG, or energyweb.yml here') },
  options: {},
  examples: [
    { command: 'check', description: 'checks energyweb.yml in this folder' },
    { command: 'check roof.yml --json', description: 'gives errors and warnings to a program' },
  ],
  async run({ config: given }, { io, printer }) {
    const { checkConfig } = await import('../../config/check-config.ts')
    const { formatProblem } = await import('../../config/problem.ts')
    const { red, yellow, green } = printer.style
    const file = findConfig(given, io)
    const { errors, warnings } = await checkConfig(file, { environment: io.env })
    const verdict = errors.length === 0 ? green('good') : red(counted(errors.length, 'error'))
    const lines = [
      ...errors.map(problem => `${red('error')} ${formatProblem(problem)}`),
      ...warnings.map(problem => `${yellow('warning')} ${formatProblem(problem)}`),
      `${file}: ${verdict}${warnings.length === 0 ? '' : `, ${counted(warnings.length, 'warning')}`}`,
    ]
    const shown = { file, errors: errors.map(plain), warnings: warnings.map(plain) }
    await printer.data(shown, lines.join('\n'))
    return errors.length === 0 ? exitCodes.ok : exitCodes.configuration
  },
})

function plain(problem: { line: number; column: number; path: string; message: string }) {
  const { line, column, path, message } = problem
  return { line, column, path, message }
}

function counted(count: number, what: string): string {
  return `${count === 1 ? 'one' : count} ${what}${count === 1 ? '' : 's'}`
}
