import type { Cid } from '../../core/any-cid.ts'
import { utf8 } from '../../core/bytes.ts'
import { carbonStream } from '../../core/carbon-log.ts'
import type { StoredEntry } from '../../core/log.ts'
import type { DagLink } from '../../proof/ipfs/dag-pb.ts'
import type { LogReader, PageFilter } from '../../storage/index.ts'
import { type ArchiveContent, archiveName } from './archive-names.ts'
import type { CarArchive, Link } from './car-archive.ts'
import { DayFolders } from './day-folders.ts'

export interface ExportOptions {
  readonly contents: readonly ArchiveContent[]
  /** Which entries; `stream`: of one alone. */
  readonly filter: Omit<PageFilter, 'after' | 'size'>
  readonly onProgress: (index: number, size: number) => void
}

/** What went into an archive. */
export interface Exported {
  readonly root: Cid
  readonly entries: number
  readonly files: number
  /** Entries whose document is erased: of them there is the text alone, where it was asked for. */
  readonly erased: number
}

/** Writes entries of the log as it stands now into an archive: a folder a stream, and in it a folder a day. */
export async function exportLog(
  log: LogReader,
  archive: CarArchive,
  options: ExportOptions,
): Promise<Exported> {
  const { filter } = options
  const { size } = log.head()
  const counts = { entries: 0, files: 0, erased: 0 }
  const root = new Map<string, Branch>()
  for (const stream of filter.stream === undefined ? streamsOf(log) : [filter.stream]) {
    const days = new DayFolders(archive)
    for (const page of log.pages({ ...filter, stream })) {
      for (const entry of page) {
        // What is appended while it runs belongs to the next one.
        if (entry.index >= size) break
        const links = await filesOf(log, entry, { archive, contents: options.contents })
        counts.entries += 1
        counts.files += links.length
        if (entry.document === undefined) counts.erased += 1
        await days.add(entry.at, links)
      }
      options.onProgress(page.at(-1)?.index ?? 0, size)
    }
    branchAt(root, stream).links.push(...(await days.finish()))
  }
  const { cid } = await folderOf({ links: [], branches: root }, archive)
  return { root: cid, ...counts }
}

function streamsOf(log: LogReader): readonly string[] {
  return log
    .streams()
    .flatMap(({ stream }) => (log.carbon(stream) === undefined ? [stream] : [stream, carbonStream(stream)]))
}

async function filesOf(
  log: LogReader,
  { index, sequence, text }: StoredEntry,
  { archive, contents }: { readonly archive: CarArchive; readonly contents: readonly ArchiveContent[] },
): Promise<readonly DagLink[]> {
  const links: DagLink[] = []
  const add = async (name: string, bytes: Uint8Array) => {
    links.push({ name, ...(await archive.add(bytes)) })
  }
  if (contents.includes('entries')) await add(archiveName(sequence, 'entries'), utf8(text))
  const record = contents.includes('documents') ? log.record(index) : undefined
  if (record !== undefined) await add(archiveName(sequence, 'documents'), record)
  const raw = contents.includes('raw') ? log.raw(index) : undefined
  if (raw !== undefined) await add(archiveName(sequence, 'raw', raw.mediaType), raw.bytes)
  return links
}

/** A folder before it is written. */
interface Branch {
  readonly links: DagLink[]
  readonly branches: Map<string, Branch>
}

/** The folder of a stream; `roof/carbon` lies in that of `roof`. */
function branchAt(root: Map<string, Branch>, stream: string): Branch {
  let branch: Branch = { links: [], branches: root }
  for (const name of stream.split('/')) {
    const next = branch.branches.get(name) ?? { links: [], branches: new Map() }
    branch.branches.set(name, next)
    branch = next
  }
  return branch
}

async function folderOf({ links, branches }: Branch, archive: CarArchive): Promise<Link> {
  const inner: DagLink[] = []
  for (const [name, branch] of branches) inner.push({ name, ...(await folderOf(branch, archive)) })
  return archive.addFolder([...links, ...inner])
}
