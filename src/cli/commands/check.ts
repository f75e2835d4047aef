import type { ConfigReport } from '../../config/check-config.ts'
import type { ConfigProblem } from '../../config/problem.ts'
import { type CommandContext, defineCommand, flag } from '../command.ts'
import { configOption, configWord, findConfig, namedConfig, openingFor } from '../configuration.ts'
import { exitCodes } from '../exit-codes.ts'

/** `energyweb check` */
export const checkCommand = defineCommand({
  name: 'check',
  summary: 'Check a configuration',
  description:
    'Names everything that is wrong by line and column, and warns of what works but should be looked at: secrets that are missing here or that others may read, assets without a capacity, names that nothing uses. Without --live no network is touched. With it, every source is read once, carbon sources too, and every ledger is asked whether it would take readings: node, chain, contract, asset, our account and its coins; the keys of the log and of a witness are opened once, in a token with its PIN. Each connection is told with what it must prove, what was found, and the days that the certificate has left; for a device that signed its own, the pin is proposed. Where messages are sent to gets one test message. Nothing else is written, not into the log and not to a chain.',
  arguments: configWord,
  options: {
    ...configOption,
    live: flag('also reads each source once, opens the keys and looks at each ledger'),
  },
  examples: [
    { command: 'check', description: 'checks energyweb.yml in this folder' },
    {
      command: 'check --live',
      description: 'also says which meters answer, which keys open and which ledgers are ready',
    },
    { command: 'check roof.yml --json', description: 'gives errors and warnings to a program' },
  ],
  async run({ live, ...named }, { io, printer }) {
    const { checkConfig } = await import('../../config/check-config.ts')
    const { formatProblem } = await import('../../config/problem.ts')
    const { red, yellow, green } = printer.style
    const file = findConfig(namedConfig(named), io)
    const { config, warnings, ...report } = await checkConfig(file, openingFor(io))
    const errors = [...report.errors, ...(await olderEdition(file, { config, ...report }))]
    const verdict = errors.length === 0 ? green('good') : red(counted(errors.length, 'error'))
    const lines = [
      ...errors.map(problem => `${red('error')} ${formatProblem(problem)}`),
      ...warnings.map(problem => `${yellow('warning')} ${formatProblem(problem)}`),
      `${file}: ${verdict}${warnings.length === 0 ? '' : `, ${counted(warnings.length, 'warning')}`}`,
    ]
    const shown = { file, errors: errors.map(plain), warnings: warnings.map(plain) }
    if (live && config !== undefined && errors.length === 0)
      return tryOut(config, { io, printer }, { shown, lines })
    await printer.data(shown, lines.join('\n'))
    return errors.length === 0 ? exitCodes.ok : exitCodes.configuration
  },
})

/** A sealed configuration that a gateway would not start with, as its data folder has seen a newer one. */
async function olderEdition(
  file: string,
  { config, edition }: Pick<ConfigReport, 'config' | 'edition'>,
): Promise<readonly ConfigProblem[]> {
  if (config === undefined || edition === undefined) return []
  const { olderThanRemembered } = await import('../sealed/edition-mark.ts')
  const older = await olderThanRemembered({ file, folder: config.data, edition })
  return older === undefined ? [] : [{ file, line: 1, column: 1, path: '', message: older.message }]
}

async function tryOut(
  config: NonNullable<ConfigReport['config']>,
  { io, printer }: CommandContext,
  { shown, lines }: { shown: object; lines: readonly string[] },
): Promise<number> {
  const columns = io.stdout.isTerminal ? io.stdout.columns : undefined
  const { tryAll } = await import('../live/try-all.ts')
  const { plainTrial, trialLines } = await import('../live/trial-view.ts')
  const { plainConnection } = await import('../live/connection-trial.ts')
  const {
    sources,
    carbon,
    lines: reports,
    witnesses,
    remoteLogs,
    connections,
  } = await tryAll(config, { io, printer })
  const keys =
    config.keys === undefined ? [] : await (await import('../live/key-trial.ts')).tryKeys(config, io)
  const trials = [...sources, ...carbon, ...reports, ...keys, ...witnesses, ...remoteLogs]
  const troubles = trials.flatMap(({ trouble }) => trouble ?? [])
  // Whoever can't be reached was mostly named above; a server that proves itself badly may be one that nobody has needed yet.
  const refused = connections.flatMap(({ trouble, isUntried }) =>
    trouble !== undefined && (isUntried || trouble.code === 'tls-refused') ? trouble : [],
  )
  const bad = refused.length === 0 ? '' : `; ${counted(refused.length, 'connection')} failed`
  const verdict = `${trials.length - troubles.length} of ${trials.length} are good${bad}`
  await printer.data(
    {
      ...shown,
      live: {
        sources: sources.map(plainTrial),
        carbon: carbon.map(plainTrial),
        lines: reports.map(plainTrial),
        keys: keys.map(plainTrial),
        witnesses: witnesses.map(plainTrial),
        remoteLogs: remoteLogs.map(plainTrial),
        connections: connections.map(plainConnection),
      },
    },
    [
      ...lines,
      '',
      ...trialLines(trials, printer.style, columns),
      ...(connections.length === 0
        ? []
        : ['', 'connections:', ...trialLines(connections, printer.style, columns)]),
      '',
      verdict,
    ].join('\n'),
  )
  const all = [...troubles, ...refused]
  if (all.length === 0) return exitCodes.ok
  return all.every(({ retryable }) => retryable) ? exitCodes.unavailable : exitCodes.failed
}

function plain(problem: { line: number; column: number; path: string; message: string }) {
  const { line, column, path, message } = problem
  return { line, column, path, message }
}

function counted(count: number, what: string): string {
  return `${count === 1 ? 'one' : count} ${what}${count === 1 ? '' : 's'}`
}
