import { concatBytes } from '../core/bytes.ts'
import { type Hashes, nobleHashes } from './hashes.ts'
import { merkleRoot } from './merkle.ts'
import type { NodeLookup } from './merkle-proof.ts'
import { fullWidth, tileError } from './tiles.ts'

/** Bytes of a hash. */
const hashLength = 32

/** Bytes of a full tile. */
export const fullTileBytes = fullWidth * hashLength

/**
 * The hashes of a tile's file.
 * @throws EnergywebError `proof-invalid` when it does not hold exactly `width` of them
 */
export function parseTile(bytes: Uint8Array, width: number): readonly Uint8Array[] {
  if (bytes.length !== width * hashLength) {
    const message = `a tile of ${width} hashes has ${width * hashLength} bytes, not ${bytes.length}`
    throw tileError('tile-length', message)
  }
  return Array.from({ length: width }, (_, i) => bytes.subarray(i * hashLength, (i + 1) * hashLength))
}

/** The file of a tile with these hashes. */
export function encodeTile(tile: readonly Uint8Array[]): Uint8Array {
  return concatBytes(...tile)
}

/**
 * The nodes of a tree, out of its tiles: what {@link inclusionPath} and {@link consistencyPath} ask for.
 * @param tileOf - answers the hashes of a tile, as many as the tree has at that place
 */
export function tileNodes(
  tileOf: (level: number, index: number) => readonly Uint8Array[],
  hashes: Hashes = nobleHashes,
): NodeLookup {
  return (level, index) => {
    const height = level % 8
    // A node of a level that no tile holds is made of 2, 4, … or 128 hashes that stand side by side in one tile.
    const count = 2 ** height
    const start = index * count
    const tile = tileOf((level - height) / 8, Math.floor(start / fullWidth))
    const at = start % fullWidth
    const part = tile.slice(at, at + count)
    if (part.length !== count)
      throw tileError('tile-node-missing', `the tiles have no node ${index} of level ${level}`)
    return merkleRoot(part, hashes)
  }
}
