import { equalBytes } from '../core/bytes.ts'
import type { Hashes } from '../proof/hashes.ts'
import { appendLeaf, type Frontier, frontierRoot, leafHash, merkleRoot } from '../proof/merkle.ts'
import { frontierOf } from '../proof/merkle-proof.ts'
import { bundleWidth, edgeTiles, fullWidth } from '../proof/tiles.ts'
import type { Fetched, FetchedFiles } from './fetched-files.ts'
import { FollowFault } from './follow-fault.ts'
import type { FollowedStreams } from './followed-streams.ts'
import type { FollowedTree } from './followed-tree.ts'
import type { TileFolder } from './tile-folder.ts'

/** Bundles that are fetched while one is checked. */
const ahead = 8
/** Bundles between two times at which progress is kept. */
const keptEvery = 64

export interface TreeReaderContext {
  readonly tree: FollowedTree
  readonly files: FetchedFiles
  readonly streams: FollowedStreams
  readonly mirror: TileFolder | undefined
  readonly hashes: Hashes
}

export interface ReadAllOptions {
  readonly signal: AbortSignal
  readonly onProgress: (done: number) => void
  /** Keeps how far it came, durably. */
  readonly keep: (read: Frontier) => Promise<void>
}

interface FetchedPair {
  readonly bundle: Fetched
  readonly tile: Fetched
  /** What the signed tree has in place of the whole bundle; undefined on the edge, whose tile the root vouches for. */
  readonly root: Uint8Array | undefined
}

/** Reads the entries of a followed log in order, from where it stood, and believes none that the signed tree does not have. */
export class TreeReader {
  readonly #context: TreeReaderContext
  #read: Frontier

  private constructor(context: TreeReaderContext, read: Frontier) {
    this.#context = context
    this.#read = read
  }

  /**
   * @param read - the tree of what was read before
   * @throws FollowFault `progress-differs` when the signed tree does not begin with it
   */
  static async open(context: TreeReaderContext, read: Frontier): Promise<TreeReader> {
    const { tree } = context
    const expected = await tree.fromNodes(node => frontierOf(Math.min(read.size, tree.checkpoint.size), node))
    const fits =
      expected.roots.length === read.roots.length &&
      expected.roots.every((root, i) => equalBytes(root, read.roots[i] ?? new Uint8Array(0)))
    if (fits) return new TreeReader(context, read)
    throw new FollowFault(
      'progress-differs',
      `the ${read.size} entries that were read are not those of the log`,
      {
        hint: 'The state of this follower was changed by somebody else. Begin anew with another --state.',
      },
    )
  }

  /** Reads up to the checkpoint; answers the tree of all that was read. @throws FollowFault */
  async readAll({ signal, onProgress, keep }: ReadAllOptions): Promise<Frontier> {
    const { size } = this.#context.tree.checkpoint
    const first = Math.floor(this.#read.size / fullWidth)
    const waiting: Promise<FetchedPair>[] = []
    let fetched = 0
    const fetchNext = () => {
      const index = first + fetched++
      if (bundleWidth(index, size) > 0) waiting.push(muted(this.#fetch(index)))
    }
    while (fetched < ahead) fetchNext()
    for (let index = first; index * fullWidth < size; index++) {
      signal.throwIfAborted()
      const pair = await waiting.shift()
      fetchNext()
      if (pair !== undefined) await this.#take(index, pair)
      onProgress(this.#read.size)
      if ((index + 1) % keptEvery === 0) await this.#keep(keep)
    }
    await this.#checkRoot()
    await this.#mirrorEdge()
    return this.#read
  }

  async #fetch(index: number): Promise<FetchedPair> {
    const { tree, files } = this.#context
    const { size } = tree.checkpoint
    const isEdge = tree.isEdge(0, index)
    const [bundle, tile, root] = await Promise.all([
      files.bundle({ index, width: bundleWidth(index, size) }),
      isEdge ? tree.tile(0, index) : files.tile({ level: 0, index, width: fullWidth }),
      isEdge ? undefined : tree.rootOf(0, index),
    ])
    return { bundle, tile, root }
  }

  async #take(index: number, { bundle, tile, root }: FetchedPair): Promise<void> {
    const { hashes, streams, mirror } = this.#context
    const leaves = bundle.parts.map(entry => leafHash(entry, hashes))
    this.#compare(leaves, { index, bundle, tile, root })
    for (const [i, leaf] of leaves.entries()) {
      const at = index * fullWidth + i
      const entry = bundle.parts[i]
      if (entry === undefined || at < this.#read.size) continue
      streams.take(entry, { index: at, leaf })
      this.#read = appendLeaf(this.#read, leaf, hashes).frontier
    }
    await mirror?.put(bundle.path, bundle.bytes)
    await mirror?.put(tile.path, tile.bytes)
    if (leaves.length === fullWidth) await this.#mirrorAbove(index)
  }

  /** Entries, tile and the signed tree must say the same. Where they don't, two of them tell which one is wrong. */
  #compare(
    leaves: readonly Uint8Array[],
    { index, bundle, tile, root }: FetchedPair & { readonly index: number },
  ): void {
    const { hashes } = this.#context
    const place = leaves.findIndex((leaf, i) => !equalBytes(leaf, tile.parts[i] ?? new Uint8Array(0)))
    const signs = (parts: readonly Uint8Array[]) =>
      root === undefined || equalBytes(merkleRoot(parts, hashes), root)
    const first = index * fullWidth
    if (place < 0) {
      if (signs(leaves)) return
      const message = `${bundle.path} and ${tile.path} are not what was signed`
      throw new FollowFault('root-differs', message, { place: { index: first, path: bundle.path } })
    }
    const at = first + place
    if (signs(tile.parts))
      throw new FollowFault('entry-hash', `entry ${at} in ${bundle.path} is not the one that was signed`, {
        place: { index: at, path: bundle.path },
      })
    const message = `${tile.path} holds a hash at place ${place} that is not that of entry ${at}`
    throw new FollowFault('tile-hash', message, { place: { index: at, path: tile.path } })
  }

  async #keep(keep: (read: Frontier) => Promise<void>): Promise<void> {
    await this.#context.mirror?.sync()
    await keep(this.#read)
  }

  /** A copy gets the tiles above the leaves too, each when the bundle that completes it was read. */
  async #mirrorAbove(index: number): Promise<void> {
    const { tree, mirror } = this.#context
    if (mirror === undefined) return
    for (let level = 1; (index + 1) % fullWidth ** level === 0; level++) {
      const { path, bytes } = await tree.tile(level, (index + 1) / fullWidth ** level - 1)
      await mirror.put(path, bytes)
    }
  }

  async #mirrorEdge(): Promise<void> {
    const { tree, mirror } = this.#context
    for (const { level, index } of edgeTiles(tree.checkpoint.size)) {
      const { path, bytes } = await tree.tile(level, index)
      await mirror?.put(path, bytes)
    }
  }

  /** Nothing may be left to chance: what was read gives the signed root. */
  async #checkRoot(): Promise<void> {
    const { tree, hashes } = this.#context
    if (equalBytes(frontierRoot(this.#read, hashes), tree.checkpoint.root)) return
    const message = `the ${this.#read.size} entries that were read do not give the root that was signed`
    throw new FollowFault('root-differs', message)
  }
}

/** Whoever waits for it hears of its failure; until then nobody need. */
function muted<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => undefined)
  return promise
}
