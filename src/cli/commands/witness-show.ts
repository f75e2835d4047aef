import { defineCommand } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { findWitness, witnessOptions } from '../witness-folder.ts'

/** `energyweb witness show` */
export const witnessShowCommand = defineCommand({
  name: 'witness show',
  summary: 'Show what a witness has cosigned, and logs that showed two faces',
  description:
    'Lists the logs with the size that was cosigned last. Where a log has signed two trees of one size both checkpoints are shown: anybody can verify their signatures with the key of the log. Ends with 1 when there are such. It may be asked while the witness is at work.',
  arguments: {},
  options: witnessOptions,
  examples: [
    { command: 'witness show --data ./witness', description: 'shows a witness that runs by itself' },
    { command: 'witness show', description: 'shows the witness that the gateway of this folder is' },
  ],
  async run(given, { io, printer }) {
    const { readWitnessFolder } = await import('../../storage/index.ts')
    const { plainLog, witnessedLines } = await import('../witnessed-view.ts')
    const logs = await readWitnessFolder(await findWitness(given, io))
    await printer.data({ logs: logs.map(plainLog) }, witnessedLines(logs, printer.style))
    return logs.some(({ equivocation }) => equivocation !== undefined) ? exitCodes.failed : exitCodes.ok
  },
})
