import { resolve } from 'node:path'
import { parseSize } from '../../core/size.ts'
import type { LogReader } from '../../storage/index.ts'
import { defineCommand, parsed, text, word } from '../command.ts'
import { dataOptions, findData, withLog } from '../data-folder.ts'
import { exitCodes } from '../exit-codes.ts'
import type { ArchiveReport } from '../ipfs/check-archive.ts'
import { printable } from '../printable.ts'
import { ProgressBar } from '../progress-bar.ts'
import type { Style } from '../style.ts'

const usualLimit = 4 * 2 ** 30
/** So many findings are told; the rest is counted. */
const mostTold = 20

/** `energyweb ipfs import` */
export const ipfsImportCommand = defineCommand({
  name: 'ipfs import',
  summary: 'Check a CAR file and unpack it',
  description:
    'Reads a CAR file (version 1, one root) as somebody who trusts nobody: every block against its CID, every file below the root, every record of an entry (its entry must commit to its document), and raw bytes against the record beside them. With --data or --config each record is held against the log, too. With --out the files are unpacked into a folder, which is there whole or not at all. Nothing of it ever goes into a log: what was erased there stays erased. Ends with 1 and names what is wrong.',
  arguments: { file: word('the CAR file') },
  options: {
    ...dataOptions,
    out: text('folder', 'unpack into this folder, which is not there yet'),
    limit: parsed('size', 'bytes of all files together that are taken; default 4 GiB', parseSize),
  },
  examples: [
    { command: 'ipfs import may.car', description: 'checks it' },
    { command: 'ipfs import may.car --out may', description: 'checks and unpacks it' },
    { command: 'ipfs import may.car --data ./data', description: 'checks that the log still says the same' },
  ],
  async run({ file, out, limit = usualLimit, ...place }, { io, printer }) {
    const { checkArchive } = await import('../ipfs/check-archive.ts')
    const bar = new ProgressBar('checking', { output: io.stderr, clock: io.clock })
    const check = (log: LogReader | undefined) =>
      checkArchive(resolve(io.cwd, file), {
        ...{ limit, log, out: out === undefined ? undefined : resolve(io.cwd, out) },
        signal: io.interruption(),
        onProgress: (done, total) => bar.show(done, total),
      }).finally(() => bar.clear())
    const isCompared = place.config !== undefined || place.data !== undefined
    const report = isCompared ? await withLog(await findData(place, io), check) : await check(undefined)
    const ok = report.wrong.length === 0
    await printer.data(
      { file, ok, compared: isCompared, ...report },
      wordsFor(report, { file, isCompared, out: ok ? out : undefined, style: printer.style }),
    )
    return ok ? exitCodes.ok : exitCodes.failed
  },
})

function wordsFor(
  { wrong, files, blocks, root, records, raw, inLog }: ArchiveReport,
  {
    file,
    isCompared,
    out,
    style,
  }: {
    readonly file: string
    readonly isCompared: boolean
    readonly out: string | undefined
    readonly style: Style
  },
): string {
  const word = wrong.length === 0 ? style.green('good') : style.red('bad')
  const log = isCompared ? `; ${inLog} stand so in the log` : ''
  return [
    `${word}: ${printable(file)}: ${files} files in ${blocks} blocks, root ${root}`,
    `${records} records prove themselves, ${raw} of them with their raw bytes${log}`,
    ...(out === undefined ? [] : [`unpacked into ${out}`]),
    ...wrong.slice(0, mostTold).map(why => printable(why)),
    ...(wrong.length > mostTold ? [`and ${wrong.length - mostTold} more`] : []),
  ].join('\n')
}
