import { defineCommand, flag } from '../command.ts'
import { configOption, configWord, namedConfig, openConfig } from '../configuration.ts'
import { exitCodes } from '../exit-codes.ts'
import { printable } from '../printable.ts'
import { formatStatus } from '../status-view.ts'

/** `energyweb status` */
export const statusCommand = defineCommand({
  name: 'status',
  summary: 'Show registers and report lines',
  description:
    'Asks the running gateway; where none runs, looks into its log. Shows the total of every register, what is held and why, how many entries wait for each ledger, and what is wrong.',
  arguments: configWord,
  options: {
    ...configOption,
    running: flag('end with 4 when no gateway runs, with 1 when its log has stopped: for health checks'),
  },
  examples: [
    { command: 'status', description: 'shows the gateway of this folder' },
    { command: 'status /etc/energyweb/roof.yml --json', description: 'gives it to a program' },
  ],
  async run({ running: mustRun, ...named }, { io, printer }) {
    const given = namedConfig(named)
    const config = await openConfig(given, io)
    const { statusOf } = await import('../gateway-status.ts')
    const { running, report } = await statusOf(config, io)
    const { keptCallsIn, keptCallsLines } = await import('../kept-calls.ts')
    const calls = await keptCallsIn(config.data, { running })
    const state = running ? printer.style.green('running') : printer.style.yellow('not running')
    const text = [
      `gateway ${state}, ${report.at}`,
      formatStatus(report, {
        style: printer.style,
        config: given,
        columns: io.stdout.isTerminal ? io.stdout.columns : undefined,
      }),
      keptCallsLines(calls ?? [], { config: given })
        .map(line => printable(line))
        .join('\n'),
    ]
    await printer.data({ running, ...report, calls }, text.filter(part => part !== '').join('\n\n'))
    if (!mustRun) return exitCodes.ok
    if (!running) return exitCodes.unavailable
    return report.logTrouble === null ? exitCodes.ok : exitCodes.failed
  },
})
