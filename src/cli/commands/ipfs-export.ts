import { resolve } from 'node:path'
import { formatCid } from '../../core/any-cid.ts'
import { EnergywebError } from '../../core/errors.ts'
import { formatSize } from '../../core/size.ts'
import { defineCommand, flag, parsed, requiredText } from '../command.ts'
import { dataOptions, findData, withLog } from '../data-folder.ts'
import { entryChoice } from '../entry-choice.ts'
import { type ArchiveContent, archiveContents } from '../ipfs/archive-names.ts'
import { mustNotBeThere } from '../output-file.ts'
import { ProgressBar } from '../progress-bar.ts'
import { oneOf } from '../word-option.ts'

const usual: readonly ArchiveContent[] = ['documents', 'raw']

/** `energyweb ipfs export` */
export const ipfsExportCommand = defineCommand({
  name: 'ipfs export',
  summary: 'Write documents and raw bytes of the log into a CAR file',
  description:
    'Writes entries of the log, or of one asset, into a CAR file (version 1), which any node of IPFS takes as it is, and `ipfs import` checks and unpacks: a folder a stream, in it a folder a day (UTC), in it a file for each document (its record: entry, document and seed, which prove by themselves that they belong together) and for the raw bytes behind it, under the CID that the document names. The same entries make the same file to the byte, with the same root. --from and --to go by the time at which an entry was appended. Nothing leaves this machine; whoever gets the file, or is told its root by a node that has it, sees all that is in it. A file is there whole or not at all. A gateway may be running meanwhile.',
  arguments: {},
  options: {
    ...dataOptions,
    out: requiredText('file', 'write into this file'),
    ...entryChoice,
    content: parsed('list', 'entries, documents, raw; default documents,raw', parseContents),
    force: flag('write over a file that is there'),
  },
  examples: [
    {
      command: 'ipfs export --asset roof --from 2024-05-01 --to 2024-06-01 --out may.car',
      description: 'what the asset roof said in May',
    },
    {
      command: 'ipfs export --content entries,documents,raw --out everything.car',
      description: 'the whole log',
    },
  ],
  async run({ out, asset, from, to, content = usual, force, ...place }, { io, printer }) {
    const path = resolve(io.cwd, out)
    mustNotBeThere(path, force)
    const filter = {
      ...(asset !== undefined && { stream: asset }),
      ...(from !== undefined && { since: from }),
      ...(to !== undefined && { until: to }),
    }
    const [{ CarArchive }, { exportLog }] = await Promise.all([
      import('../ipfs/car-archive.ts'),
      import('../ipfs/export-log.ts'),
    ])
    await withLog(await findData(place, io), async log => {
      const bar = new ProgressBar('exporting', { output: io.stderr, clock: io.clock })
      const archive = await CarArchive.open(path)
      try {
        const onProgress = (index: number, size: number) => bar.show(index, size)
        const { root, ...counts } = await exportLog(log, archive, { contents: content, filter, onProgress })
        bar.clear()
        await archive.keep(root)
        const { blocks, bytes } = archive
        const told = { file: out, root: formatCid(root), ...counts, blocks, bytes }
        await printer.data(told, wordsFor(told))
      } finally {
        bar.clear()
        await archive.drop()
      }
    })
  },
})

function parseContents(given: string): readonly ArchiveContent[] {
  const words = given.split(',').map(word => oneOf(word.trim(), archiveContents))
  if (new Set(words).size === words.length) return words
  throw new EnergywebError('argument-invalid', `"${given.slice(0, 64)}" names something twice`)
}

function wordsFor(told: {
  readonly file: string
  readonly root: string
  readonly entries: number
  readonly files: number
  readonly erased: number
  readonly bytes: number
}): string {
  const { file, root, entries, files, erased, bytes } = told
  const gone = erased === 0 ? '' : `, ${erased} of them erased`
  return `${file}: ${entries} entries${gone}, ${files} files, ${formatSize(bytes)}\nroot ${root}`
}
