import type { ResolvedConfig } from '../../config/check-config.ts'
import { formatInstant } from '../../core/time.ts'
import { reportLine, reportRegister, type StatusReport } from '../../gateway/control-status.ts'
import type { LogReader } from '../../storage/index.ts'
import { defineCommand } from '../command.ts'
import { configOption, openConfig } from '../configuration.ts'
import { withLog } from '../data-folder.ts'
import type { CommandIo } from '../io.ts'
import { formatStatus } from '../status-view.ts'

/** `energyweb status` */
export const statusCommand = defineCommand({
  name: 'status',
  summary: 'Show registers and report lines',
  description:
    'Asks the running gateway; where none runs, looks into its log. Shows the total of every register, what is held and why, how many entries wait for each ledger, and what is wrong.',
  arguments: {},
  options: { ...configOption },
  examples: [
    { command: 'status', description: 'shows the gateway of this folder' },
    { command: 'status -c /etc/energyweb/roof.yml --json', description: 'gives it to a program' },
  ],
  async run({ config: given }, { io, printer }) {
    const config = await openConfig(given, io)
    const { askGateway } = await import('../control-client.ts')
    const answer = await askGateway(config.data, 'status')
    const report = answer.running
      ? (await import('../status-schema.ts')).statusSchema.parse(answer.result)
      : await reportOfLog(config, io)
    const state = answer.running ? printer.style.green('running') : printer.style.yellow('not running')
    await printer.data(
      { running: answer.running, ...report },
      `gateway ${state}, ${report.at}\n\n${formatStatus(report, { style: printer.style, config: given })}`,
    )
  },
})

function reportOfLog(config: ResolvedConfig, io: CommandIo): Promise<StatusReport> {
  return withLog(config.data, async log => {
    const registers = new Map(log.streams().map(register => [register.stream, register]))
    const lines = log.lines().map(state => {
      const { line, cursor, stopped } = state
      const pending: Partial<Record<'signed' | 'sent' | 'mined', number>> = {}
      for (const { state: step } of log.submissions(line, underWay)) {
        if (step === 'signed' || step === 'sent' || step === 'mined') pending[step] = (pending[step] ?? 0) + 1
      }
      return reportLine({ line, cursor, backlog: waiting(log, state), pending, stopped, trouble: undefined })
    })
    return {
      at: formatInstant(io.clock.now()),
      assets: config.assets.map(({ name }) => {
        const register = registers.get(name)
        return {
          asset: name,
          register: register === undefined ? null : reportRegister(register),
          outage: null,
          polls: null,
          failures: null,
        }
      }),
      ledgers: Object.keys(config.ledgers ?? {}).map(ledger => ({
        ledger,
        trouble: null,
        lastTurn: null,
        lines: lines.filter(({ line }) => line.endsWith(`/${ledger}`)),
      })),
      networks: [],
      logTrouble: null,
    }
  })
}

/** Entries that register nothing: at a stream's end they go with the next one that does, and nobody waits for them. */
const unregistered: readonly string[] = ['receipt', 'note', 'hold', 'erasure']
/** A rest longer than this holds something to register. */
const longestRest = 64

/** How many entries of a line wait to be registered, as the running gateway counts them. */
function waiting(
  log: LogReader,
  { line, cursor, backlog }: { readonly line: string; readonly cursor: number; readonly backlog: number },
): number {
  if (backlog > longestRest) return backlog
  const rest = log.entries(line.slice(0, line.lastIndexOf('/')), { after: cursor, limit: longestRest })
  return rest.every(({ kind }) => unregistered.includes(kind)) ? 0 : backlog
}

/** More submissions than a ledger ever has under way. */
const underWay = 1_000
