import { type Cid, formatCid } from '../../core/any-cid.ts'
import { EnergywebError } from '../../core/errors.ts'
import { type DagNode, decodeDagNode } from './dag-pb.ts'
import { decodeUnixFsData, type UnixFsData } from './unixfs-data.ts'

/** Gives the bytes of a block, which were compared with its CID. @throws when it has none */
export type BlockOf = (cid: Cid) => Uint8Array | Promise<Uint8Array>

export interface ReadUnixFsOptions {
  /** Longest file that is read; so many bytes at most are taken. */
  readonly maxBytes: number
}

/** A tree of files of 8 TiB is not deeper. */
const deepest = 8

/**
 * The bytes of a file, piece by piece in order. Whoever made the tree is not believed: what it says of its own sizes must be
 * what is there, and it may not be deeper or longer than a file is.
 * @throws EnergywebError `proof-invalid`
 */
export async function* readUnixFsFile(
  cid: Cid,
  blockOf: BlockOf,
  { maxBytes }: ReadUnixFsOptions,
): AsyncGenerator<Uint8Array, number> {
  const course = { blockOf, left: maxBytes }
  return yield* readPart(cid, course, 0)
}

async function* readPart(
  cid: Cid,
  course: { readonly blockOf: BlockOf; left: number },
  depth: number,
): AsyncGenerator<Uint8Array, number> {
  const bytes = await course.blockOf(cid)
  if (cid.codec === 'raw') return yield* give(bytes, course)
  const { node, data } = readNode(bytes)
  const wrong = (why: string) => new EnergywebError('proof-invalid', `the file ${formatCid(cid)} ${why}`)
  if (data.type !== 'file') throw wrong('is a folder')
  if (depth >= deepest) throw wrong('is deeper than a file can be')
  if (data.partSizes.length !== node.links.length) throw wrong('does not say how long its parts are')
  // Parts of no bytes would cost steps that no limit of bytes counts: 1,000 links on each of 7 levels are 10^21.
  if (data.partSizes.includes(0)) throw wrong('has parts of no bytes')
  let size = yield* give(data.content, course)
  for (const [i, link] of node.links.entries()) {
    const part = yield* readPart(link.cid, course, depth + 1)
    if (part !== data.partSizes[i]) throw wrong('has parts of other sizes than it says')
    size += part
  }
  if (size !== data.size) throw wrong('has another size than it says')
  return size
}

function* give(bytes: Uint8Array, course: { left: number }): Generator<Uint8Array, number> {
  course.left -= bytes.length
  if (course.left < 0) throw new EnergywebError('proof-invalid', 'the file is longer than is taken')
  if (bytes.length > 0) yield bytes
  return bytes.length
}

function readNode(bytes: Uint8Array): { readonly node: DagNode; readonly data: UnixFsData } {
  const node = decodeDagNode(bytes)
  return { node, data: decodeUnixFsData(node.data) }
}

/** True for the node of a folder, false for that of a file. @throws EnergywebError `proof-invalid` for neither */
export function isUnixFsFolder(bytes: Uint8Array): boolean {
  return readNode(bytes).data.type === 'folder'
}

/** The files of a plain folder, by name. @throws EnergywebError `proof-invalid` for what is none */
export function readUnixFsFolder(bytes: Uint8Array): ReadonlyMap<string, Cid> {
  const { node, data } = readNode(bytes)
  const files = new Map(node.links.map(({ name, cid }) => [name, cid]))
  const isFolder = data.type === 'folder' && files.size === node.links.length
  if (isFolder && [...files.keys()].every(name => name !== '' && !name.includes('/'))) return files
  throw new EnergywebError('proof-invalid', 'the block is no plain folder of UnixFS')
}
