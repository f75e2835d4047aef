import { type ChainFile, decodeChainFile, firstPrevious, isChainFileName } from '../core/chain-file.ts'
import { messageOf } from '../core/errors.ts'
import { legacyHashText } from './legacy-hash.ts'

/** A file as it lies in the folder. */
export interface NamedFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** A file of a chain, read. */
export interface LinkedFile {
  readonly name: string
  /** Its hash text: what the registration after its own carries. */
  readonly hash: string
  /** Undefined when it can't be read. */
  readonly content: ChainFile | undefined
}

/** Every way in which a chain of files can be broken. The list is closed. */
const chainBreakReasons = [
  /** The file is not one of a chain. */
  'malformed',
  /** It begins a new chain with `0x0` though files are before it: the log behind them was lost. */
  'restarted',
  /** It goes on from an earlier file than the one before it: that one was put in, or two wrote into one folder. */
  'forked',
  /** It goes on from a file that is not here: the one before it was changed, or one between was removed or overwritten. */
  'broken',
] as const

export interface ChainBreak {
  readonly name: string
  readonly reason: (typeof chainBreakReasons)[number]
  /** In words. */
  readonly detail: string
}

export interface ChainOfFilesReport {
  /** In the order of the chain: sorted by name. */
  readonly files: readonly LinkedFile[]
  /** Names in the folder that are none of a chain's. */
  readonly strangers: readonly string[]
  /** In the same order; the first one is what to look at. */
  readonly breaks: readonly ChainBreak[]
  /** The hash that the first file goes on from when it is not the first of its chain. */
  readonly continues: string | undefined
}

/**
 * Checks a chain of files by itself: each must carry the hash text of the one before it. Names are sorted by code points. The
 * newest file is vouched for by nobody yet: only the next one, or a registration, carries its hash.
 */
export function checkChainOfFiles(given: Iterable<NamedFile>): ChainOfFilesReport {
  const files: LinkedFile[] = []
  const strangers: string[] = []
  const breaks: ChainBreak[] = []
  const seen = new Map<string, string>()
  for (const { name, bytes } of given) {
    if (!isChainFileName(name)) {
      strangers.push(name)
      continue
    }
    const file = { name, hash: legacyHashText(bytes), ...read(bytes) }
    const found = breakAt(file, { before: files.at(-1), seen })
    if (found !== undefined) breaks.push(found)
    files.push({ name, hash: file.hash, content: file.content })
    seen.set(file.hash, name)
  }
  const previous = files[0]?.content?.previous
  return { files, strangers, breaks, continues: previous === firstPrevious ? undefined : previous }
}

function read(bytes: Uint8Array): { content: ChainFile | undefined; why: string } {
  try {
    return { content: decodeChainFile(new TextDecoder('utf-8', { fatal: true }).decode(bytes)), why: '' }
  } catch (error) {
    return { content: undefined, why: messageOf(error) }
  }
}

function breakAt(
  { name, content, why }: LinkedFile & { readonly why: string },
  { before, seen }: { before: LinkedFile | undefined; seen: ReadonlyMap<string, string> },
): ChainBreak | undefined {
  if (content === undefined) return { name, reason: 'malformed', detail: why }
  const { previous } = content
  if (before === undefined || previous === before.hash) return undefined
  if (previous === firstPrevious) {
    const detail = `it begins a new chain (0x0), though ${before.name} is before it`
    return { name, reason: 'restarted', detail }
  }
  const parent = seen.get(previous)
  return parent === undefined
    ? {
        name,
        reason: 'broken',
        detail: `it goes on from ${previous}, which no file here has: ${before.name} was changed, or a file between them is missing`,
      }
    : { name, reason: 'forked', detail: `it goes on from ${parent}, not from ${before.name} before it` }
}
