import { equalBytes } from '../core/bytes.ts'
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
    Number.isSafeInteger(index) && index >= 0 && index < size,
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
 * both are the same.
 * @throws EnergywebError `argument-invalid` unless 0 < from <= to.
 */
export function consistencyPath(
  { from, to }: { from: number; to: number },
  node: NodeLookup,
  hashes: Hashes = nobleHashes,
): readonly Uint8Array[] {
  requireIndex(
    Number.isSafeInteger(from) && from > 0 && from <= to,
    `no consistency path from ${from} to ${to}`,
  )
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

export interface InclusionClaim {
  readonly index: number
  readonly size: number
  readonly leaf: Uint8Array
  readonly path: readonly Uint8Array[]
  readonly root: Uint8Array
}

/** True when the path shows that the leaf stands at this index of the tree with this root (RFC 9162 section 2.1.3.2). */
export function verifyInclusion(claim: InclusionClaim, hashes: Hashes = nobleHashes): boolean {
  const { index, size, leaf, path, root } = claim
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false
  if (!allHashes([leaf, root, ...path])) return false
  let at = index
  let last = size - 1
  let hash = leaf
  for (const sibling of path) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(sibling, hash, hashes)
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)]
    } else {
      hash = nodeHash(hash, sibling, hashes)
    }
    ;[at, last] = [half(at), half(last)]
  }
  return last === 0 && equalBytes(hash, root)
}

export interface ConsistencyClaim {
  readonly from: number
  readonly to: number
  readonly path: readonly Uint8Array[]
  readonly fromRoot: Uint8Array
  readonly toRoot: Uint8Array
}

/** True when the path shows that the larger tree begins with the smaller one (RFC 9162 section 2.1.4.2). */
export function verifyConsistency(claim: ConsistencyClaim, hashes: Hashes = nobleHashes): boolean {
  const { from, to, path, fromRoot, toRoot } = claim
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 1 || from > to) return false
  if (!allHashes([fromRoot, toRoot, ...path])) return false
  if (from === to) return path.length === 0 && equalBytes(fromRoot, toRoot)
  if (path.length === 0) return false
  const [first, ...rest] = Number.isInteger(Math.log2(from)) ? [fromRoot, ...path] : path
  if (first === undefined) return false
  let at = from - 1
  let last = to - 1
  while (at % 2 === 1) [at, last] = [half(at), half(last)]
  let old = first
  let now = first
  for (const hash of rest) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      old = nodeHash(hash, old, hashes)
      now = nodeHash(hash, now, hashes)
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)]
    } else {
      now = nodeHash(now, hash, hashes)
    }
    ;[at, last] = [half(at), half(last)]
  }
  return last === 0 && equalBytes(old, fromRoot) && equalBytes(now, toRoot)
}

function half(value: number): number {
  return Math.floor(value / 2)
}

function allHashes(values: readonly Uint8Array[]): boolean {
  return values.every(value => value.length === 32)
}
