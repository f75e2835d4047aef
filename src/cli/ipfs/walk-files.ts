import { type Cid, formatCid } from '../../core/any-cid.ts'
import { EnergywebError } from '../../core/errors.ts'
import {
  type BlockOf,
  isUnixFsFolder,
  readUnixFsFile,
  readUnixFsFolder,
} from '../../proof/ipfs/read-unixfs.ts'

/** Deeper folders are none of an archive. */
const deepest = 16
/** A file of no bytes takes room, too. */
const leastBytes = 512
const longestName = 255

/** A file of an archive. */
export interface ArchiveFile {
  /** Names of its folders, and its own; a name is no way out of them. */
  readonly path: readonly string[]
  /** Its bytes, to be read once, before the next file is asked for. */
  readonly content: AsyncIterable<Uint8Array>
}

export interface WalkOptions {
  readonly blockOf: BlockOf
  /** Bytes of all files together, of which each counts at least 512, as each folder does. What is there twice counts twice. */
  readonly maxBytes: number
}

/**
 * Every file below a root, folder by folder. Whoever made the tree is not believed: it may name the same folder again and again,
 * and itself by another name.
 * @throws EnergywebError `proof-invalid`
 */
export async function* walkFiles(root: Cid, { blockOf, maxBytes }: WalkOptions): AsyncGenerator<ArchiveFile> {
  const course: Course = { blockOf, left: maxBytes }
  yield* walk(root, [], course)
}

interface Course {
  readonly blockOf: BlockOf
  left: number
}

async function* walk(cid: Cid, path: readonly string[], course: Course): AsyncGenerator<ArchiveFile> {
  const block = cid.codec === 'raw' ? undefined : await course.blockOf(cid)
  if (block === undefined || !isUnixFsFolder(block)) {
    // An archive of one file has no name for it.
    yield { path: path.length === 0 ? [formatCid(cid)] : path, content: contentOf(cid, course) }
    return
  }
  if (path.length >= deepest) throw new EnergywebError('proof-invalid', 'folders lie deeper than is taken')
  // Folders without files cost steps, too: a hundred names of one folder on each of 16 levels are 10^32.
  take(course, leastBytes)
  const folders: [string, Cid][] = []
  for (const [name, inner] of readUnixFsFolder(block)) {
    checkName(name)
    // Files before folders: what a folder's files say of each other is known before another folder begins.
    if (inner.codec === 'raw') yield* walk(inner, [...path, name], course)
    else folders.push([name, inner])
  }
  for (const [name, inner] of folders) yield* walk(inner, [...path, name], course)
}

async function* contentOf(cid: Cid, course: Course): AsyncGenerator<Uint8Array> {
  let taken = 0
  for await (const part of readUnixFsFile(cid, course.blockOf, { maxBytes: course.left })) {
    take(course, part.length)
    taken += part.length
    yield part
  }
  take(course, Math.max(0, leastBytes - taken))
}

function take(course: Course, bytes: number): void {
  course.left -= bytes
  if (course.left < 0) throw tooMuch()
}

/** Names that lead elsewhere on any system are refused, and those that would be written to a terminal as something else. */
function checkName(name: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that are refused
  const isBad = name === '.' || name === '..' || /[\u0000-\u001f\u007f-\u009f\\:/]/.test(name)
  if (!isBad && new TextEncoder().encode(name).length <= longestName) return
  throw new EnergywebError('proof-invalid', `${JSON.stringify(name.slice(0, 64))} is no name of a file here`)
}

function tooMuch(): EnergywebError {
  return new EnergywebError('proof-invalid', 'its files are larger, together, than is taken', {
    hint: 'A small archive can name the same file many times. Where you trust it, raise --limit.',
  })
}
