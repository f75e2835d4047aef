import { equalBytes } from '../core/bytes.ts'
import { type Hashes, nobleHashes } from './hashes.ts'
import { nodeHash } from './merkle.ts'
import type { ProofFailure } from './proof-failure.ts'
import { areHashes, half, isCount } from './tree-numbers.ts'

/**
 * That a leaf stands at an index of the tree of so many leaves with this root. Size and root must come from one signed checkpoint,
 * and the leaf from hashing the entry: a node of a tree of eight is a leaf of a tree of four with the same root.
 */
export interface InclusionClaim {
  readonly index: number
  readonly size: number
  /** Leaf hash, 32 bytes. */
  readonly leaf: Uint8Array
  /** Hashes of 32 bytes, the leaf's sibling first. */
  readonly path: readonly Uint8Array[]
  /** 32 bytes. */
  readonly root: Uint8Array
}

/** True when the path shows that the leaf stands at this index of the tree with this root (RFC 9162 section 2.1.3.2). */
export function verifyInclusion(claim: InclusionClaim, hashes: Hashes = nobleHashes): boolean {
  return inclusionFailure(claim, hashes) === undefined
}

/** Why the path does not show what is claimed; undefined when it does. Everything in the claim may be hostile. */
export function inclusionFailure(
  claim: InclusionClaim,
  hashes: Hashes = nobleHashes,
): ProofFailure | undefined {
  const { index, size, leaf, path, root } = claim
  if (!isCount(size)) return 'size-invalid'
  if (!isCount(index)) return 'index-invalid'
  if (index >= size) return 'index-beyond-size'
  if (!areHashes([leaf, root]) || !areHashes(path)) return 'hash-length'
  let at = index
  let last = size - 1
  let hash = leaf
  for (const sibling of path) {
    if (last === 0) return 'path-too-long'
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(sibling, hash, hashes)
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)]
    } else {
      hash = nodeHash(hash, sibling, hashes)
    }
    ;[at, last] = [half(at), half(last)]
  }
  if (last !== 0) return 'path-too-short'
  return equalBytes(hash, root) ? undefined : 'leaf-not-in-tree'
}
