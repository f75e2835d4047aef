import { equalBytes, utf8 } from '../core/bytes.ts'
import { EnergywebError } from '../core/errors.ts'
import { encodeBundle } from '../proof/entry-bundle.ts'
import type { Hashes } from '../proof/hashes.ts'
import { appendLeaf, type Frontier, frontierRoot, leafHash } from '../proof/merkle.ts'
import { frontierOf, type NodeLookup } from '../proof/merkle-proof.ts'
import { encodeTile } from '../proof/tile-bytes.ts'
import { bundlePath, fullWidth, hashesAt, tilePath } from '../proof/tiles.ts'
import type { LeafRow } from '../storage/index.ts'

/** A file of a published log. */
export interface PublishedFile {
  readonly path: string
  readonly content: Uint8Array
}

/**
 * Cuts a log into tiles and bundles, entry by entry, and works the tree out anew on the way: what is published stands for
 * ever, so what the disk has made wrong must not get there.
 */
export class TreeWriter {
  readonly #hashes: Hashes
  /** Entries of the bundle that grows, and the hashes of the tile that grows on each level. */
  #entries: Uint8Array[] = []
  readonly #tiles: Uint8Array[][]
  #frontier: Frontier

  /**
   * @param start - where it begins: a multiple of 256
   * @param node - the nodes of the log's tree
   */
  constructor(start: number, node: NodeLookup, hashes: Hashes) {
    this.#hashes = hashes
    this.#frontier = frontierOf(start, node)
    this.#tiles = [[]]
    for (let level = 1; hashesAt(level, start) > 0; level++) {
      const width = hashesAt(level, start) % fullWidth
      const first = hashesAt(level, start) - width
      this.#tiles[level] = Array.from({ length: width }, (_, i) => node(8 * level, first + i))
    }
  }

  get size(): number {
    return this.#frontier.size
  }

  /** Root of the tree so far. */
  root(): Uint8Array {
    return frontierRoot(this.#frontier, this.#hashes)
  }

  /**
   * Takes the next entry; answers the files that it completes.
   * @throws EnergywebError `log-corrupt` when it is not the next, or its hashes are not what follows from it
   */
  add({ index, text, hashes }: LeafRow): readonly PublishedFile[] {
    if (index !== this.size) throw corrupt(this.size, 'is missing')
    const bytes = utf8(text)
    const leaf = leafHash(bytes, this.#hashes)
    const { frontier, completed } = appendLeaf(this.#frontier, leaf, this.#hashes)
    const worked = [leaf, ...completed]
    if (hashes.length !== 32 * worked.length) throw corrupt(index, 'has not the hashes that it must have')
    for (const [i, hash] of worked.entries()) {
      if (!equalBytes(hash, hashes.subarray(32 * i, 32 * i + 32)))
        throw corrupt(index, 'does not have the hashes that follow from it')
    }
    this.#frontier = frontier
    this.#entries.push(bytes)
    this.#tileOf(0).push(leaf)
    return this.#entries.length < fullWidth ? [] : this.#completeTiles(worked)
  }

  /** The partial files on the right edge. */
  edge(): readonly PublishedFile[] {
    const files: PublishedFile[] = []
    if (this.#entries.length > 0) files.push(this.#bundleFile())
    for (const [level, tile] of this.#tiles.entries()) if (tile.length > 0) files.push(this.#tileFile(level))
    return files
  }

  /** One entry may complete a tile on several levels: then the tile above gets its root. */
  #completeTiles(worked: readonly Uint8Array[]): readonly PublishedFile[] {
    const files = [this.#bundleFile()]
    this.#entries = []
    for (let level = 0; this.#tileOf(level).length === fullWidth; level++) {
      files.push(this.#tileFile(level))
      this.#tiles[level] = []
      const root = worked[8 * (level + 1)]
      if (root !== undefined) this.#tileOf(level + 1).push(root)
    }
    return files
  }

  #tileOf(level: number): Uint8Array[] {
    const tile = this.#tiles[level] ?? []
    this.#tiles[level] = tile
    return tile
  }

  #bundleFile(): PublishedFile {
    const width = this.#entries.length
    const path = bundlePath({ index: Math.floor((this.size - 1) / fullWidth), width })
    return { path, content: encodeBundle(this.#entries) }
  }

  #tileFile(level: number): PublishedFile {
    const tile = this.#tileOf(level)
    const index = Math.floor((hashesAt(level, this.size) - 1) / fullWidth)
    return { path: tilePath({ level, index, width: tile.length }), content: encodeTile(tile) }
  }
}

function corrupt(index: number, why: string): EnergywebError {
  return new EnergywebError('log-corrupt', `entry ${index} ${why}: nothing of it is published`, {
    hint: '`energyweb log check` tells more.',
  })
}
