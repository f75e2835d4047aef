import { EnergywebError } from '../core/errors.ts'
import { type Hashes, nobleHashes } from './hashes.ts'
import { type Frontier, nodeHash } from './merkle.ts'

/**
 * Root of the complete subtree of 2^level leaves that begins at leaf `index * 2^level`. Whoever keeps the tree answers.
 */
export type NodeLookup = (level: number, index: number) => Uint8Array

/** Largest power of two below `size` (RFC 9162 section 2.1.1); `size` is at least 2. */
function splitOf(size: number): number {
  let split = 1
  while (split * 2 < size) split *= 2
  return split
}

/** Hash of the leaves `[start, start + size)`; `start` is a multiple of a power of two not below `size`. */
function rangeHash(
  { start, size }: { start: number; size: number },
  node: NodeLookup,
  hashes: Hashes,
): Uint8Array {
  const level = Math.log2(size)
  if (Number.isInteger(level)) return node(level, start / size)
  const split = splitOf(size)
  return nodeHash(
    rangeHash({ start, size: split }, node, hashes),
    rangeHash({ start: start + split, size: size - split }, node, hashes),
    hashes,
  )
}

function requireIndex(holds: boolean, message: string): void {
  if (!holds) throw new EnergywebError('argument-invalid', message)
}

/** The frontier of the first `size` leaves, from the nodes of a tree that has at least as many. */
export function frontierOf(size: number, node: NodeLookup): Frontier {
  const roots: Uint8Array[] = []
  let start = 0
  while (start < size) {
    const level = Math.floor(Math.log2(size - start))
    roots.push(node(level, start / 2 ** level))
    start += 2 ** level
  }
  return { size, roots }
}

/**
 * Inclusion path of a leaf in the tree of the first `size` leaves, the leaf's sibling first (RFC 9162 section 2.1.3.1).
 * @throws EnergywebError `argument-invalid` when the leaf is not in that tree.
 */
export function inclusionPath(
  { index, size }: { index: number; size: number },
  node: NodeLookup,
  hashes: Hashes = nobleHashes,
): readonly Uint8Array[] {
  requireIndex(
    Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size,
    `there is no leaf ${index} in a tree of ${size}`,
  )
  const path: Uint8Array[] = []
  let start = 0
  let width = size
  while (width > 1) {
    const split = splitOf(width)
    if (index - start < split) {
      path.unshift(rangeHash({ start: start + split, size: width - split }, node, hashes))
      width = split
    } else {
      path.unshift(rangeHash({ start, size: split }, node, hashes))
      start += split
      width -= split
    }
  }
  return path
}

/**
 * Consistency path between the trees of the first `from` and the first `to` leaves (RFC 9162 section 2.1.4.1); empty when
 * both are the same, and from the empty tree, with which every tree begins.
 * @throws EnergywebError `argument-invalid` unless 0 <= from <= to.
 */
export function consistencyPath(
  { from, to }: { from: number; to: number },
  node: NodeLookup,
  hashes: Hashes = nobleHashes,
): readonly Uint8Array[] {
  requireIndex(
    Number.isSafeInteger(from) && Number.isSafeInteger(to) && from >= 0 && from <= to,
    `no consistency path from ${from} to ${to}`,
  )
  if (from === 0) return []
  const path: Uint8Array[] = []
  let start = 0
  let width = to
  let whole = true
  while (from - start < width) {
    const split = splitOf(width)
    if (from - start <= split) {
      path.unshift(rangeHash({ start: start + split, size: width - split }, node, hashes))
      width = split
    } else {
      path.unshift(rangeHash({ start, size: split }, node, hashes))
      start += split
      width -= split
      whole = false
    }
  }
  if (!whole) path.unshift(rangeHash({ start, size: width }, node, hashes))
  return path
}
