import { equalBytes } from '../core/bytes.ts'
import type { Checkpoint } from '../proof/checkpoint.ts'
import type { Hashes } from '../proof/hashes.ts'
import { frontierRoot, leafHash, merkleRoot } from '../proof/merkle.ts'
import { frontierOf, type NodeLookup } from '../proof/merkle-proof.ts'
import { tileNodes } from '../proof/tile-bytes.ts'
import { edgeTiles, fullWidth, type Tile, tilePath, widthOf } from '../proof/tiles.ts'
import type { Fetched, FetchedFiles } from './fetched-files.ts'
import { FollowFault } from './follow-fault.ts'

/** Asked for a tile that is not here yet. */
class TileWanted extends Error {
  readonly level: number
  readonly index: number

  constructor(level: number, index: number) {
    super(`tile ${index} of level ${level} is wanted`)
    this.level = level
    this.index = index
  }
}

/**
 * The hash tiles of the tree that a checkpoint has signed. Those on the right edge give its root; every other one must give
 * the hash that stands for it in the tile above. So none is believed that was not signed.
 */
export class FollowedTree {
  readonly checkpoint: Checkpoint
  readonly #files: FetchedFiles
  readonly #hashes: Hashes
  readonly #edge = new Map<number, Fetched>()
  /** The full tile of each level that was used last: a log is read from its beginning to its end. */
  readonly #recent = new Map<number, { readonly index: number; readonly tile: Fetched }>()

  private constructor(files: FetchedFiles, checkpoint: Checkpoint, hashes: Hashes) {
    this.checkpoint = checkpoint
    this.#files = files
    this.#hashes = hashes
  }

  /** @throws FollowFault when the tiles on the right edge do not give the signed root */
  static async open(files: FetchedFiles, checkpoint: Checkpoint, hashes: Hashes): Promise<FollowedTree> {
    const tree = new FollowedTree(files, checkpoint, hashes)
    const tiles = edgeTiles(checkpoint.size)
    const fetched = await Promise.all(tiles.map(tile => files.tile(tile)))
    for (const [i, tile] of tiles.entries()) {
      const file = fetched[i]
      if (file !== undefined) tree.#edge.set(tile.level, file)
    }
    const root = frontierRoot(frontierOf(checkpoint.size, tree.#nodesAtHand()), hashes)
    if (!equalBytes(root, checkpoint.root)) throw await tree.#wrongEdge(tiles)
    return tree
  }

  /** A tile of this tree that was signed, if not the very one then none. @throws FollowFault */
  async tile(level: number, index: number): Promise<Fetched> {
    const known = this.#known(level, index)
    if (known !== undefined) return known
    const tile = { level, index, width: fullWidth }
    const [fetched, expected] = await Promise.all([this.#files.tile(tile), this.rootOf(level, index)])
    if (!equalBytes(merkleRoot(fetched.parts, this.#hashes), expected))
      throw await this.#wrongTile(tile, fetched)
    this.#recent.set(level, { index, tile: fetched })
    return fetched
  }

  /** The signed root of a full tile: it stands in the tile above. @throws FollowFault */
  async rootOf(level: number, index: number): Promise<Uint8Array> {
    const above = await this.tile(level + 1, Math.floor(index / fullWidth))
    return above.parts[index % fullWidth] ?? new Uint8Array(0)
  }

  /** True for the partial tile on the right edge, which the root itself vouches for. */
  isEdge(level: number, index: number): boolean {
    return widthOf({ level, index }, this.checkpoint.size) < fullWidth
  }

  /** Works something out of the tree's nodes; fetches the tiles that it asks for on the way. @throws FollowFault */
  async fromNodes<Result>(run: (node: NodeLookup) => Result): Promise<Result> {
    for (;;) {
      try {
        return run(this.#nodesAtHand())
      } catch (error) {
        if (!(error instanceof TileWanted)) throw error
        this.#wanted.set(`${error.level}/${error.index}`, await this.tile(error.level, error.index))
      }
    }
  }

  /** What one working out has asked for stays until the tree goes: a handful of tiles for a path. */
  readonly #wanted = new Map<string, Fetched>()

  #nodesAtHand(): NodeLookup {
    return tileNodes((level, index) => {
      const found = this.#known(level, index) ?? this.#wanted.get(`${level}/${index}`)
      if (found === undefined) throw new TileWanted(level, index)
      return found.parts
    }, this.#hashes)
  }

  #known(level: number, index: number): Fetched | undefined {
    if (this.isEdge(level, index)) return this.#edge.get(level)
    const recent = this.#recent.get(level)
    return recent?.index === index ? recent.tile : undefined
  }

  /** The edge does not give the root. What each of its hashes should be shows which one is wrong. */
  async #wrongEdge(tiles: readonly Tile[]): Promise<FollowFault> {
    for (const tile of tiles) {
      const found = this.#edge.get(tile.level)
      const fault = found && (await this.#firstWrong(tile, found))
      if (fault !== undefined) return fault
    }
    const { size } = this.checkpoint
    return new FollowFault(
      'root-differs',
      `the ${size} entries at ${this.#files.where} are not those that were signed`,
    )
  }

  async #wrongTile(tile: Tile, fetched: Fetched): Promise<FollowFault> {
    const path = tilePath(tile)
    const fault = await this.#firstWrong(tile, fetched)
    const index = tile.index * fullWidth ** (tile.level + 1)
    return (
      fault ??
      new FollowFault('tile-hash', `${path} and what it stands for are not what was signed`, {
        place: { path, index },
      })
    )
  }

  /** Compares a tile with what its hashes stand for, one after the other. */
  async #firstWrong(tile: Tile, { path, parts }: Fetched): Promise<FollowFault | undefined> {
    const span = fullWidth ** tile.level
    const first = tile.index * fullWidth
    const leaves = tile.level === 0 ? await this.#files.bundle(tile) : undefined
    for (const [i, hash] of parts.entries()) {
      const expected = leaves
        ? leafHash(leaves.parts[i] ?? new Uint8Array(0), this.#hashes)
        : await this.#rootBelow(tile.level - 1, first + i)
      if (equalBytes(hash, expected)) continue
      const of =
        leaves === undefined
          ? tilePath({ level: tile.level - 1, index: first + i, width: fullWidth })
          : `entry ${first + i}`
      const message = `${path} holds a hash at place ${i} that is not that of ${of}`
      return new FollowFault('tile-hash', message, { place: { path, index: (first + i) * span } })
    }
    return undefined
  }

  async #rootBelow(level: number, index: number): Promise<Uint8Array> {
    const { parts } = await this.#files.tile({ level, index, width: fullWidth })
    return merkleRoot(parts, this.#hashes)
  }
}
