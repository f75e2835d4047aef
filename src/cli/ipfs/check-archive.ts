import { formatCid } from '../../core/any-cid.ts'
import type { EntryRecord } from '../../proof/ipfs/entry-record.ts'
import type { LogReader } from '../../storage/index.ts'
import { CarFile, type OpenCarOptions } from './car-file.ts'
import { RecordsCheck, type RecordsCounts } from './check-records.ts'
import { differenceFromLog } from './compare-record.ts'
import { FolderWriter } from './folder-writer.ts'
import { walkFiles } from './walk-files.ts'

export interface CheckArchiveOptions extends OpenCarOptions {
  /** Bytes of all files together that are taken. */
  readonly limit: number
  /** Folder to unpack into. */
  readonly out: string | undefined
  /** What records are held against. */
  readonly log: LogReader | undefined
}

/** What was found in a CAR file. */
export interface ArchiveReport extends RecordsCounts {
  readonly root: string
  readonly blocks: number
  readonly files: number
  readonly bytes: number
  /** In words, each with its file. */
  readonly wrong: readonly string[]
}

/**
 * Checks every block, file and record of a CAR file, and unpacks it. What was found to be wrong is not unpacked: nobody should
 * take it for checked.
 * @throws EnergywebError `argument-invalid`; `proof-invalid` for a file that is not what it says
 */
export async function checkArchive(path: string, options: CheckArchiveOptions): Promise<ArchiveReport> {
  const { limit, out, log, signal } = options
  const car = await CarFile.open(path, options)
  let target: FolderWriter | undefined
  try {
    target = out === undefined ? undefined : await FolderWriter.open(out)
    const compare = log && ((record: EntryRecord) => differenceFromLog(log, record))
    const records = new RecordsCheck({ compare })
    const sizes = { files: 0, bytes: 0 }
    for await (const file of walkFiles(car.root, { blockOf: cid => car.block(cid), maxBytes: limit })) {
      const content = counted(records.look(file), sizes)
      if (target === undefined) await exhaust(content)
      else await target.write(file.path, content)
      signal.throwIfAborted()
    }
    const { wrong, ...counts } = records.finish()
    if (wrong.length === 0) await target?.keep()
    return { root: formatCid(car.root), blocks: car.blocks, ...sizes, ...counts, wrong }
  } finally {
    await target?.drop()
    await car.close()
  }
}

async function* counted(
  content: AsyncIterable<Uint8Array>,
  sizes: { files: number; bytes: number },
): AsyncGenerator<Uint8Array> {
  sizes.files += 1
  for await (const part of content) {
    sizes.bytes += part.length
    yield part
  }
}

async function exhaust(content: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of content);
}
