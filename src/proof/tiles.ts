import { ProofError, type ProofFailure } from './proof-failure.ts'

/*
 * Tiles (C2SP tlog-tiles v0.1.0): the tree cut into files of up to 256 hashes, and the entries into bundles of up to 256,
 * so that any file server can hold a log. Level 0 holds leaf hashes; each hash of level n + 1 stands for one full tile of
 * level n. What lies here are names and numbers; `tile-bytes.ts` and `entry-bundle.ts` read what is in the files.
 */

/** Hashes in a full tile, entries in a full bundle. */
export const fullWidth = 256

/** A tile of hashes. */
export interface Tile {
  /** From 0; a tree of 2^53 - 1 entries has levels up to 6. */
  readonly level: number
  readonly index: number
  /** How many hashes it holds: 1 to 256. */
  readonly width: number
}

/** A bundle of entries: those whose leaf hashes the tile of level 0 and the same index holds. */
export interface Bundle {
  readonly index: number
  readonly width: number
}

const highestLevel = 63

/** The error for what is not a tile, a bundle, or the path of one. */
export function tileError(failure: ProofFailure, message: string): ProofError {
  return new ProofError(failure, message, { code: 'proof-invalid' })
}

function digits(number: number): string {
  return String(number).padStart(3, '0')
}

function indexPath(index: number): string {
  let path = digits(index % 1_000)
  for (let rest = Math.floor(index / 1_000); rest > 0; rest = Math.floor(rest / 1_000))
    path = `x${digits(rest % 1_000)}/${path}`
  return path
}

function widthPath(width: number): string {
  return width === fullWidth ? '' : `.p/${width}`
}

function checkNumbers({ index, width }: Bundle): void {
  if (!Number.isSafeInteger(index) || index < 0)
    throw tileError('tile-path-invalid', `no tile has the index ${index}`)
  if (!Number.isSafeInteger(width) || width < 1 || width > fullWidth)
    throw tileError('tile-path-invalid', `no tile has the width ${width}`)
}

/**
 * Where a tile stands below the log's address: `tile/0/x001/x234/067`, `tile/1/000.p/17`.
 * @throws EnergywebError `proof-invalid` for numbers that no tile has
 */
export function tilePath(tile: Tile): string {
  const { level, index, width } = tile
  checkNumbers(tile)
  if (!Number.isSafeInteger(level) || level < 0 || level > highestLevel)
    throw tileError('tile-path-invalid', `no tile has the level ${level}`)
  return `tile/${level}/${indexPath(index)}${widthPath(width)}`
}

/**
 * Where a bundle stands below the log's address: `tile/entries/x001/x234/067.p/8`.
 * @throws EnergywebError `proof-invalid` for numbers that no bundle has
 */
export function bundlePath(bundle: Bundle): string {
  checkNumbers(bundle)
  return `tile/entries/${indexPath(bundle.index)}${widthPath(bundle.width)}`
}

/**
 * Reads the path of a tile or a bundle, strictly: there is one way to write each.
 * @throws EnergywebError `proof-invalid`
 */
export function parseTilePath(path: string): Tile | (Bundle & { readonly level: 'entries' }) {
  const match = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/([1-9]\d{0,2}))?$/.exec(path)
  if (match === null) throw tileError('tile-path-invalid', 'not the path of a tile')
  const [, first = '', groups = '', width = String(fullWidth)] = match
  const bundle = { index: Number(groups.replace(/[x/]/g, '')), width: Number(width) }
  const tile = { ...bundle, level: Number(first) }
  const written = first === 'entries' ? bundlePath(bundle) : tilePath(tile)
  if (written !== path) throw tileError('tile-path-invalid', `${path} is not written as it must be`)
  return first === 'entries' ? { ...bundle, level: 'entries' } : tile
}

/** How many hashes all tiles of a level hold in a tree of this size. */
export function hashesAt(level: number, size: number): number {
  return Math.floor(size / fullWidth ** level)
}

/** Width of a tile in a tree of this size; 0 when that tree has no such tile. */
export function widthOf({ level, index }: { level: number; index: number }, size: number): number {
  return Math.min(fullWidth, Math.max(0, hashesAt(level, size) - index * fullWidth))
}

/** Width of a bundle in a log of this size; 0 when there is no such bundle. */
export function bundleWidth(index: number, size: number): number {
  return widthOf({ level: 0, index }, size)
}

/** How many levels the tiles of a tree have. */
export function tileLevels(size: number): number {
  let levels = 0
  while (hashesAt(levels, size) > 0) levels += 1
  return levels
}

/** The partial tiles on the right edge, from level 0: all that the root is made of. */
export function edgeTiles(size: number): readonly Tile[] {
  const tiles: Tile[] = []
  for (let level = 0; hashesAt(level, size) > 0; level++) {
    const hashes = hashesAt(level, size)
    if (hashes % fullWidth > 0)
      tiles.push({ level, index: Math.floor(hashes / fullWidth), width: hashes % fullWidth })
  }
  return tiles
}

/** Tiles of a level that a tree of `to` entries has and one of `from` has not, or not as wide; in order. */
export function* tilesBetween(
  level: number,
  { from, to }: { readonly from: number; readonly to: number },
): Generator<Tile> {
  const [before, after] = [hashesAt(level, from), hashesAt(level, to)]
  if (before === after) return
  for (let index = Math.floor(before / fullWidth); index * fullWidth < after; index++)
    yield { level, index, width: widthOf({ level, index }, to) }
}

/** The tiles of a level that became full between two sizes: what stood in their place as partial ones may go. */
export function* filledBetween(
  level: number,
  { from, to }: { readonly from: number; readonly to: number },
): Generator<Tile> {
  for (const tile of tilesBetween(level, { from, to })) if (tile.width === fullWidth) yield tile
}
