import type { Cid } from '../../core/any-cid.ts'
import type { Hashes } from '../hashes.ts'
import { encodeDagNode } from './dag-pb.ts'
import { encodeFileData } from './unixfs-data.ts'

/**
 * How a file becomes blocks. The same bytes have another CID under another profile, so its name belongs beside the CID
 * (the profiles of IPIP-499).
 */
export type UnixFsProfile = 'unixfs-v0-2015' | 'unixfs-v1-2025'

/** What a profile fixes. */
export interface UnixFsRules {
  /** Of the CIDs. */
  readonly version: 0 | 1
  /** Bytes of the file in a leaf. */
  readonly chunk: number
  /** Links of a node, at most. */
  readonly width: number
  /** Leaves are the bytes themselves; false: dag-pb nodes that hold them. */
  readonly rawLeaves: boolean
}

export const unixFsProfiles: Readonly<Record<UnixFsProfile, UnixFsRules>> = {
  'unixfs-v0-2015': { version: 0, chunk: 262_144, width: 174, rawLeaves: false },
  'unixfs-v1-2025': { version: 1, chunk: 1_048_576, width: 1_024, rawLeaves: true },
}

/** A block of content-addressed storage: bytes, and the CID that they have. */
export interface Block {
  readonly cid: Cid
  readonly bytes: Uint8Array
}

export interface UnixFsFileOptions {
  /** Default `unixfs-v1-2025`; or rules of one's own. */
  readonly profile?: UnixFsProfile | UnixFsRules
  readonly hashes: Pick<Hashes, 'sha256'>
  /** Gets each block as it is made, children before their parents. */
  readonly onBlock?: (block: Block) => void
}

/** A finished part of the file: what its parent says of it. */
interface Part {
  readonly cid: Cid
  /** Bytes of the file in it. */
  readonly content: number
  /** Bytes of its block and of all below. */
  readonly total: number
}

/**
 * Works out the CID of a file of any size while its bytes pass by: a balanced tree of chunks. It holds one chunk and one row of
 * links a level, whatever the size.
 *
 * @example
 * const file = new UnixFsFile({ hashes: nobleHashes, profile: 'unixfs-v0-2015' })
 * file.write(new TextEncoder().encode('hello world\n'))
 * formatCid(file.finish().cid) // 'QmT78zSuBmuS4z925WZfrqQ1qHaJ56DQaTfyMUF7F8ff5o'
 */
export class UnixFsFile {
  readonly #options: UnixFsFileOptions
  readonly #rules: UnixFsRules
  /** Finished parts that wait for a parent, by level from the leaves up. */
  readonly #levels: Part[][] = []
  readonly #chunk: Uint8Array
  #filled = 0

  constructor(options: UnixFsFileOptions) {
    this.#options = options
    const { profile = 'unixfs-v1-2025' } = options
    this.#rules = typeof profile === 'string' ? unixFsProfiles[profile] : profile
    this.#chunk = new Uint8Array(this.#rules.chunk)
  }

  /** Takes the next bytes of the file. They are copied. */
  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      // A full chunk waits until more comes: the last one of a file of one chunk has no parent.
      if (this.#filled === this.#chunk.length) this.#endChunk()
      const some = bytes.subarray(at, at + this.#chunk.length - this.#filled)
      this.#chunk.set(some, this.#filled)
      this.#filled += some.length
      at += some.length
    }
  }

  /** The file's CID, its size, and the bytes of all of its blocks. */
  finish(): { readonly cid: Cid; readonly size: number; readonly total: number } {
    this.#endChunk()
    for (let level = 0; ; level++) {
      // One part alone is the root, of whatever level; more become the children of another.
      const row = this.#row(level)
      const [root] = row
      const isRoot = row.length === 1 && level === this.#levels.length - 1
      if (root !== undefined && isRoot) return { cid: root.cid, size: root.content, total: root.total }
      this.#endNode(level)
    }
  }

  #endChunk(): void {
    const content = this.#chunk.slice(0, this.#filled)
    this.#filled = 0
    const { rawLeaves } = this.#rules
    const bytes = rawLeaves
      ? content
      : encodeDagNode({ links: [], data: encodeFileData({ content, size: content.length, partSizes: [] }) })
    this.#add(0, this.#keep(bytes, rawLeaves ? 'raw' : 'dag-pb'), {
      content: content.length,
      total: bytes.length,
    })
  }

  #add(level: number, cid: Cid, sizes: Omit<Part, 'cid'>): void {
    // A full row waits for the next part, too: what is complete may be the root.
    if (this.#row(level).length === this.#rules.width) this.#endNode(level)
    this.#row(level).push({ cid, ...sizes })
  }

  /** The row of a level, which is made where there is none. */
  #row(level: number): Part[] {
    const row = this.#levels[level] ?? []
    this.#levels[level] = row
    return row
  }

  #endNode(level: number): void {
    const parts = this.#row(level)
    this.#levels[level] = []
    const content = parts.reduce((sum, part) => sum + part.content, 0)
    const data = encodeFileData({
      content: new Uint8Array(0),
      size: content,
      partSizes: parts.map(part => part.content),
    })
    const links = parts.map(({ cid, total }) => ({ cid, name: '', size: total }))
    const bytes = encodeDagNode({ links, data })
    const total = parts.reduce((sum, part) => sum + part.total, bytes.length)
    this.#add(level + 1, this.#keep(bytes, 'dag-pb'), { content, total })
  }

  #keep(bytes: Uint8Array, codec: Cid['codec']): Cid {
    const { version } = this.#rules
    const digest = Uint8Array.from(this.#options.hashes.sha256(bytes))
    const cid: Cid = { version, codec, digest }
    this.#options.onBlock?.({ cid, bytes })
    return cid
  }
}

/** The CID of a file whose bytes are at hand. */
export function unixFsCid(bytes: Uint8Array, options: UnixFsFileOptions): Cid {
  const file = new UnixFsFile(options)
  file.write(bytes)
  return file.finish().cid
}
