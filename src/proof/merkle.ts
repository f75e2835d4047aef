import { concatBytes, utf8 } from '../core/bytes.ts'
import { type Hashes, nobleHashes } from './hashes.ts'

const leafPrefix = Uint8Array.of(0)
const nodePrefix = Uint8Array.of(1)

/** Hash of a leaf: SHA-256(0x00 || entry) (RFC 9162 section 2.1.1). */
export function leafHash(entry: string | Uint8Array, hashes: Hashes = nobleHashes): Uint8Array {
  return hashes.sha256(concatBytes(leafPrefix, typeof entry === 'string' ? utf8(entry) : entry))
}

/** Hash of an inner node: SHA-256(0x01 || left || right). */
export function nodeHash(left: Uint8Array, right: Uint8Array, hashes: Hashes = nobleHashes): Uint8Array {
  return hashes.sha256(concatBytes(nodePrefix, left, right))
}

/** Root of the tree without leaves: SHA-256 of nothing. */
export function emptyRoot(hashes: Hashes = nobleHashes): Uint8Array {
  return hashes.sha256(new Uint8Array(0))
}

/**
 * The roots of the complete subtrees that a tree is made of, largest first: one for each 1 in the binary form of its size.
 * It is all that appending needs to remember.
 */
export interface Frontier {
  readonly size: number
  readonly roots: readonly Uint8Array[]
}

export const emptyFrontier: Frontier = { size: 0, roots: [] }

/** How many subtrees the leaf at this index completes: the trailing ones of the index. */
export function completedBy(index: number): number {
  let count = 0
  for (let rest = index; rest % 2 === 1; rest = Math.floor(rest / 2)) count += 1
  return count
}

/** Appends a leaf; `completed` are the roots of the subtrees that it completes, from the smallest. */
export function appendLeaf(
  frontier: Frontier,
  leaf: Uint8Array,
  hashes: Hashes = nobleHashes,
): { frontier: Frontier; completed: readonly Uint8Array[] } {
  const merges = completedBy(frontier.size)
  const kept = frontier.roots.length - merges
  const completed: Uint8Array[] = []
  let root = leaf
  for (const left of frontier.roots.slice(kept).reverse()) {
    root = nodeHash(left, root, hashes)
    completed.push(root)
  }
  return { frontier: { size: frontier.size + 1, roots: [...frontier.roots.slice(0, kept), root] }, completed }
}

/** Root of the tree. */
export function frontierRoot(frontier: Frontier, hashes: Hashes = nobleHashes): Uint8Array {
  const { roots } = frontier
  let root = roots.at(-1)
  if (root === undefined) return emptyRoot(hashes)
  for (const left of roots.slice(0, -1).reverse()) root = nodeHash(left, root, hashes)
  return root
}

/** Root of the tree over these leaf hashes. */
export function merkleRoot(leaves: Iterable<Uint8Array>, hashes: Hashes = nobleHashes): Uint8Array {
  let frontier = emptyFrontier
  for (const leaf of leaves) frontier = appendLeaf(frontier, leaf, hashes).frontier
  return frontierRoot(frontier, hashes)
}
