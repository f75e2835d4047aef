import { sleep } from '../../core/clock.ts'
import type { StoredEntry } from '../../core/log.ts'
import { formatInstant } from '../../core/time.ts'
import type { LogReader } from '../../storage/index.ts'
import { defineCommand, parsed, text } from '../command.ts'
import { parseCount } from '../count-argument.ts'
import { dataOptions, findData, withLog } from '../data-folder.ts'
import { gistOf, plainEntry } from '../entry-view.ts'
import type { Printer } from '../printer.ts'

const usual = 10
const most = 10_000

/** Milliseconds between two looks. The log is on the same disk: a look costs a fraction of a millisecond. */
const pause = 250

/** `energyweb log tail` */
export const logTailCommand = defineCommand({
  name: 'log tail',
  summary: 'Show new entries as they come',
  description:
    'Shows the newest entries of the log, or of one asset, and then each new one as soon as it is durable, one a line, until Ctrl-C or until whoever reads the output has seen enough. It only reads: a gateway may be running, or be started later.',
  arguments: {},
  options: {
    ...dataOptions,
    asset: text('name', 'only entries of this asset'),
    lines: parsed(
      'number',
      `how many of the newest to begin with; default ${usual}, most ${most}`,
      parseCount,
    ),
  },
  examples: [
    { command: 'log tail', description: 'follows the log' },
    {
      command: 'log tail --asset roof --lines 0 --json',
      description: 'gives each new entry of the asset roof to a program, one JSON text a line',
    },
  ],
  async run({ asset, lines: asked = usual, ...place }, { io, printer }) {
    const lines = Math.min(asked, most)
    const signal = io.interruption()
    await withLog(await findData(place, io), async log => {
      let after = await begin(log, { asset, lines, printer })
      while (!signal.aborted) {
        const filter = { after, ...(asset !== undefined && { stream: asset }) }
        for (const page of log.pages(filter)) {
          await show(page, printer)
          after = page.at(-1)?.index ?? after
          if (signal.aborted) return
        }
        // Aborting the pause is the usual way to end.
        await sleep(pause, { clock: io.clock, signal }).catch(() => undefined)
      }
    })
  },
})

/** Shows the newest entries; answers the index behind which new ones come. */
async function begin(
  log: LogReader,
  { asset, lines, printer }: { asset: string | undefined; lines: number; printer: Printer },
): Promise<number> {
  const { size } = log.head()
  const newest =
    asset === undefined
      ? log.entriesFrom({ from: Math.max(0, size - lines), limit: lines })
      : log.entries(asset, { after: Math.max(-1, log.register(asset).sequence - lines), limit: lines })
  await show(newest, printer)
  return Math.max(size - 1, newest.at(-1)?.index ?? -1)
}

async function show(entries: readonly StoredEntry[], printer: Printer): Promise<void> {
  for (const entry of entries) await printer.data(plainEntry(entry), lineOf(entry))
}

function lineOf(entry: StoredEntry): string {
  const { index, at, stream, sequence, kind } = entry
  return `${index}  ${formatInstant(at)}  ${stream}/${sequence}  ${kind}  ${gistOf(entry)}`.trimEnd()
}
