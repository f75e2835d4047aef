import { formatInstant } from '../../core/time.ts'
import type { LogReader } from '../../storage/index.ts'
import { defineCommand, parsed, text } from '../command.ts'
import { parseCount } from '../count-argument.ts'
import { dataOptions, findData, withLog } from '../data-folder.ts'
import { gistOf, plainEntry } from '../entry-view.ts'
import { formatTable } from '../table.ts'

const usual = 20

/** `energyweb log ls` */
export const logLsCommand = defineCommand({
  name: 'log ls',
  summary: 'List entries',
  description:
    'Lists the newest entries of the log, or of one asset, oldest first. A gateway may be running meanwhile.',
  arguments: {},
  options: {
    ...dataOptions,
    asset: text('name', 'only entries of this asset'),
    from: parsed('number', 'begin at this index; with --asset at this sequence of its stream', parseCount),
    limit: parsed('number', `how many at most; default ${usual}, most 10000`, parseCount),
  },
  examples: [
    { command: 'log ls', description: 'the newest entries' },
    {
      command: 'log ls --asset roof --from 0 --limit 100',
      description: 'the first hundred entries of the asset roof',
    },
    {
      command: 'log ls --data /backup/roof --json',
      description: 'for a program, from a data folder without configuration',
    },
  ],
  async run({ asset, from, limit = usual, ...place }, { io, printer }) {
    await withLog(await findData(place, io), async log => {
      const { size } = log.head()
      const entries = entriesOf(log, { asset, from, limit })
      const rows = entries.map(entry => [
        String(entry.index),
        formatInstant(entry.at),
        entry.stream,
        String(entry.sequence),
        entry.kind,
        gistOf(entry),
      ])
      const head = ['index', 'at', 'stream', 'sequence', 'kind', 'what']
      await printer.data(
        { size, entries: entries.map(plainEntry) },
        entries.length === 0
          ? 'no entries'
          : formatTable(head, rows, { right: [0, 3], heading: printer.style.bold }),
      )
    })
  },
})

function entriesOf(
  log: LogReader,
  { asset, from, limit }: { asset: string | undefined; from: number | undefined; limit: number },
) {
  if (asset === undefined)
    return log.entriesFrom({ from: from ?? Math.max(0, log.head().size - limit), limit })
  const last = log.register(asset).sequence
  return log.entries(asset, { after: from === undefined ? Math.max(-1, last - limit) : from - 1, limit })
}
