import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { equalBytes, utf8 } from '../core/bytes.ts'
import { EnergywebError, messageOf } from '../core/errors.ts'
import { type Checkpoint, readCheckpoint } from '../proof/checkpoint.ts'
import { type Hashes, nobleHashes } from '../proof/hashes.ts'
import { frontierRoot } from '../proof/merkle.ts'
import { frontierOf } from '../proof/merkle-proof.ts'
import { fullWidth } from '../proof/tiles.ts'
import { readIfThere } from '../storage/durable-file.ts'
import { type LogReader, sha256 } from '../storage/index.ts'
import { removePartials } from './remove-partials.ts'
import { checkpointPath, isUnderWay, refuseDataFolder, TileFolder } from './tile-folder.ts'
import { type PublishedFile, TreeWriter } from './tree-writer.ts'

/** What publishing asks of a log. */
export type PublishableLog = Pick<LogReader, 'lastCheckpoint' | 'leaves' | 'node'>

export interface PublishOptions {
  /** Looks at every file that should be there, and writes anew what is missing or damaged. Default false: only what is new. */
  readonly whole?: boolean
  readonly signal?: AbortSignal
  /** Called now and then. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void
}

/** What came of publishing. */
export interface PublishResult {
  readonly origin: string
  /** Entries that are published now, and how many were before. */
  readonly size: number
  readonly before: number
  /** Files that were written, written anew because they were damaged, and folders of partial files that were taken away. */
  readonly written: number
  readonly repaired: number
  readonly removed: number
}

const hashes: Hashes = { ...nobleHashes, sha256 }

/** Entries that are read at once: eight bundles. The event loop has its turn between. */
const pageSize = 8 * fullWidth

/**
 * Writes a log as static files (C2SP tlog-tiles) up to its newest signed checkpoint, for any file server: only what is new.
 * A crash at any moment leaves the old checkpoint or the new one, and all files that it needs. Entries hold commitments:
 * no document is published. Undefined when the log has no signed checkpoint yet.
 * @throws EnergywebError `publish-refused` when the folder holds another log or another course of this one; then nothing
 *   was written. `log-corrupt`, `log-locked`; what the system refuses as it is
 */
export async function publishLog(
  log: PublishableLog,
  folder: string,
  options: PublishOptions = {},
): Promise<PublishResult | undefined> {
  const note = log.lastCheckpoint()
  if (note === undefined) return undefined
  refuseDataFolder(folder)
  const crashed = isUnderWay(folder)
  if (!options.whole && !crashed) {
    const standing = await readIfThere(join(folder, checkpointPath))
    if (standing !== undefined && equalBytes(standing, utf8(note))) return unchanged(readCheckpoint(note))
  }
  const target = await TileFolder.open(folder, { repairs: options.whole ?? false })
  try {
    return await publishTo(target, { log, note, options, crashed })
  } finally {
    await target.close()
  }
}

function unchanged({ origin, size }: Checkpoint): PublishResult {
  return { origin, size, before: size, written: 0, repaired: 0, removed: 0 }
}

interface Job {
  readonly log: PublishableLog
  readonly note: string
  readonly options: PublishOptions
  /** What a crash has left is looked for. */
  readonly crashed: boolean
}

async function publishTo(target: TileFolder, job: Job): Promise<PublishResult> {
  const checkpoint = readCheckpoint(job.note)
  const published = await target.checkpoint()
  const before = published === undefined ? 0 : beforeIn(target, { published, checkpoint, log: job.log })
  const from = job.options.whole ? 0 : before
  if (from < checkpoint.size) await writeTree(target, job, { from, checkpoint })
  if (published !== job.note) await target.putCheckpoint(job.note)
  await removePartials(target, { before, to: checkpoint.size, whole: from < before || job.crashed })
  return { origin: checkpoint.origin, size: checkpoint.size, before, ...target.counts }
}

/** Size of what is published, if it is the beginning of our log. */
function beforeIn(
  target: TileFolder,
  { published, checkpoint, log }: { published: string; checkpoint: Checkpoint; log: PublishableLog },
): number {
  const { origin, size, root } = publishedCheckpoint(target, published)
  if (origin !== checkpoint.origin)
    throw refused(
      target,
      `holds the log ${origin}, not ${checkpoint.origin}`,
      'Publish each log into a folder of its own.',
    )
  if (size > checkpoint.size)
    throw refused(
      target,
      `has ${size} entries, this log has signed ${checkpoint.size}`,
      'Was the log restored from a backup? Others may have seen what is published: it can not be taken back.',
    )
  if (!equalBytes(root, frontierRoot(frontierOf(size, log.node.bind(log)), hashes)))
    throw refused(
      target,
      `holds ${size} entries that are not the first ${size} of this log`,
      'Two copies of the log went on apart. `energyweb log check` tells whether this one is sound.',
    )
  return size
}

function publishedCheckpoint(target: TileFolder, note: string): Checkpoint {
  try {
    return readCheckpoint(note)
  } catch (error) {
    throw refused(target, `has a checkpoint that is none: ${messageOf(error)}`, 'Choose another folder.')
  }
}

function refused({ path }: TileFolder, why: string, hint: string): EnergywebError {
  return new EnergywebError('publish-refused', `${path} ${why}: nothing was written`, { hint })
}

async function writeTree(
  target: TileFolder,
  { log, options: { signal, onProgress } }: Job,
  { from, checkpoint }: { from: number; checkpoint: Checkpoint },
): Promise<void> {
  const start = from - (from % fullWidth)
  const writer = new TreeWriter(start, log.node.bind(log), hashes)
  const put = (files: readonly PublishedFile[]) => putAll(target, files)
  while (writer.size < checkpoint.size) {
    signal?.throwIfAborted()
    const limit = Math.min(pageSize, checkpoint.size - writer.size)
    const page = log.leaves({ from: writer.size, limit })
    if (page.length === 0) throw new EnergywebError('log-corrupt', `entry ${writer.size} is missing`)
    await put(page.flatMap(row => writer.add(row)))
    onProgress?.({ done: writer.size - start, total: checkpoint.size - start })
    await setImmediate()
  }
  if (!equalBytes(writer.root(), checkpoint.root))
    throw new EnergywebError(
      'log-corrupt',
      `the first ${checkpoint.size} entries are not those that were signed`,
    )
  await put(writer.edge())
}

/** Side by side, so that they wait for the disk together. None is still under way when one has failed. */
async function putAll(target: TileFolder, files: readonly PublishedFile[]): Promise<void> {
  const outcomes = await Promise.allSettled(files.map(({ path, content }) => target.put(path, content)))
  const failed = outcomes.find(outcome => outcome.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}
