import { resolve } from 'node:path'
import type { StoredEntry } from '../../core/log.ts'
import type { PageFilter } from '../../storage/index.ts'
import { defineCommand, parsed, text } from '../command.ts'
import { dataOptions, findData, withLog } from '../data-folder.ts'
import { entryChoice } from '../entry-choice.ts'
import { entryHeader, entryRecord } from '../entry-csv.ts'
import { entryLine } from '../entry-view.ts'
import { openOutputFile } from '../output-file.ts'
import { ProgressBar } from '../progress-bar.ts'
import { oneOf } from '../word-option.ts'

const formats = ['jsonl', 'csv'] as const

/** `energyweb log export` */
export const logExportCommand = defineCommand({
  name: 'log export',
  summary: 'Write entries as JSON lines or CSV',
  description:
    'Writes the entries of the log, or of one asset, with their documents: one JSON text a line, or CSV (RFC 4180) with a header for spreadsheets. Energies are exact decimal text, times are UTC; docs/storage.md tells the columns and their units. --from and --to go by the time at which an entry was appended. A file is there whole or not at all. A gateway may be running meanwhile.',
  arguments: {},
  options: {
    ...dataOptions,
    format: parsed('jsonl|csv', 'default jsonl', given => oneOf(given, formats)),
    ...entryChoice,
    out: text('file', 'write into this file; default standard output'),
  },
  examples: [
    {
      command: 'log export --format csv --asset roof --from 2024-05-01 --to 2024-06-01 --out may.csv',
      description: 'the readings of May, for a spreadsheet',
    },
    { command: 'log export | gzip > log.jsonl.gz', description: 'everything, for an archive' },
  ],
  async run({ format = 'jsonl', asset, from, to, out, ...place }, { io, printer }) {
    const filter: PageFilter = {
      ...(asset !== undefined && { stream: asset }),
      ...(from !== undefined && { since: from }),
      ...(to !== undefined && { until: to }),
    }
    await withLog(await findData(place, io), async log => {
      const { size } = log.head()
      const bar = new ProgressBar('exporting', { output: io.stderr, clock: io.clock })
      const file = out === undefined ? undefined : await openOutputFile(resolve(io.cwd, out))
      const target = file ?? io.stdout
      try {
        if (format === 'csv') await target.write(entryHeader)
        let count = 0
        for (const page of log.pages(filter)) {
          await target.write(page.map(lineFor(format)).join(''))
          count += page.length
          if (file !== undefined) bar.show(page.at(-1)?.index ?? 0, size)
        }
        bar.clear()
        await file?.keep()
        if (out !== undefined) await printer.data({ file: out, entries: count }, `${out}: ${count} entries`)
      } finally {
        bar.clear()
        await file?.drop()
      }
    })
  },
})

function lineFor(format: (typeof formats)[number]): (entry: StoredEntry) => string {
  return format === 'csv' ? entryRecord : entryLine
}
