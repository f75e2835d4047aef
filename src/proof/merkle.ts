import { type Hashes, nobleHashes } from './hashes.ts'
import { ProofError } from './proof-failure.ts'

/*
 * Messages are put together where the last one was: making an array for each costs more than hashing it. Hash functions keep
 * nothing of what they are given.
 */
const nodeMessage = new Uint8Array(65).fill(1, 0, 1)
const leafMessage = new Uint8Array(4_096)
const encoder = new TextEncoder()

/** Hash of a leaf: SHA-256(0x00 || entry) (RFC 9162 section 2.1.1). */
export function leafHash(entry: string | Uint8Array, hashes: Hashes = nobleHashes): Uint8Array {
  // A character of text takes three bytes of UTF-8 at most, and one that is written as two of UTF-16 takes four.
  const longest = typeof entry === 'string' ? 3 * entry.length : entry.length
  const message = longest < leafMessage.length ? leafMessage : new Uint8Array(longest + 1)
  const rest = message.subarray(1)
  if (typeof entry !== 'string') rest.set(entry)
  const length = typeof entry === 'string' ? encoder.encodeInto(entry, rest).written : entry.length
  return hashes.sha256(message.subarray(0, length + 1))
}

/**
 * Hash of an inner node: SHA-256(0x01 || left || right).
 * @throws EnergywebError `proof-invalid` when one of them has not 32 bytes.
 */
export function nodeHash(left: Uint8Array, right: Uint8Array, hashes: Hashes = nobleHashes): Uint8Array {
  if (left.length !== 32 || right.length !== 32) {
    throw new ProofError('hash-length', `a node of ${left.length} and ${right.length} bytes`, {
      code: 'proof-invalid',
    })
  }
  nodeMessage.set(left, 1)
  nodeMessage.set(right, 33)
  return hashes.sha256(nodeMessage)
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
function completedBy(index: number): number {
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
  const roots = [...frontier.roots]
  const merged = roots.splice(roots.length - completedBy(frontier.size))
  const completed: Uint8Array[] = []
  const root = merged.reduceRight((right, left) => {
    const node = nodeHash(left, right, hashes)
    completed.push(node)
    return node
  }, leaf)
  roots.push(root)
  return { frontier: { size: frontier.size + 1, roots }, completed }
}

/** Root of the tree. */
export function frontierRoot(frontier: Frontier, hashes: Hashes = nobleHashes): Uint8Array {
  const { roots } = frontier
  if (roots.length === 0) return emptyRoot(hashes)
  return roots.reduceRight((right, left) => nodeHash(left, right, hashes))
}

/** Root of the tree over these leaf hashes. */
export function merkleRoot(leaves: Iterable<Uint8Array>, hashes: Hashes = nobleHashes): Uint8Array {
  let frontier = emptyFrontier
  for (const leaf of leaves) frontier = appendLeaf(frontier, leaf, hashes).frontier
  return frontierRoot(frontier, hashes)
}
