import { equalBytes } from '../core/bytes.ts'
import { type Hashes, nobleHashes } from './hashes.ts'
import { emptyRoot, nodeHash } from './merkle.ts'
import type { ProofFailure } from './proof-failure.ts'
import { areHashes, half, isCount } from './tree-numbers.ts'

/** That the tree of `to` leaves begins with the tree of `from` leaves. */
export interface ConsistencyClaim {
  readonly from: number
  readonly to: number
  /** Hashes of 32 bytes. */
  readonly path: readonly Uint8Array[]
  /** 32 bytes, both. */
  readonly fromRoot: Uint8Array
  readonly toRoot: Uint8Array
}

/** True when the path shows that the larger tree begins with the smaller one (RFC 9162 section 2.1.4.2). */
export function verifyConsistency(claim: ConsistencyClaim, hashes: Hashes = nobleHashes): boolean {
  return consistencyFailure(claim, hashes) === undefined
}

/**
 * Why the path does not show what is claimed; undefined when it does. Everything in the claim may be hostile. Every tree begins
 * with the empty one, and with itself; both need an empty path.
 */
export function consistencyFailure(
  claim: ConsistencyClaim,
  hashes: Hashes = nobleHashes,
): ProofFailure | undefined {
  const { from, to, path, fromRoot, toRoot } = claim
  if (!isCount(from) || !isCount(to)) return 'size-invalid'
  if (from > to) return 'rolled-back'
  if (!areHashes([fromRoot, toRoot]) || !areHashes(path)) return 'hash-length'
  if (from === to && !equalBytes(fromRoot, toRoot)) return 'forked'
  if (from === 0 && !equalBytes(fromRoot, emptyRoot(hashes))) return 'old-root-differs'
  if (from === to || from === 0) return path.length === 0 ? undefined : 'path-too-long'
  return foldFailure(claim, hashes)
}

/** Works out both roots from the path: those of trees of different sizes, the smaller one not empty. */
function foldFailure(
  { from, to, path, fromRoot, toRoot }: ConsistencyClaim,
  hashes: Hashes,
): ProofFailure | undefined {
  let [at, last] = [from - 1, to - 1]
  while (at % 2 === 1) [at, last] = [half(at), half(last)]
  // The old tree's largest subtree is the whole of it when its size is a power of two: its root is then left out of the path.
  const [first, ...rest] = at === 0 ? [fromRoot, ...path] : path
  if (first === undefined) return 'path-too-short'
  let [old, now] = [first, first]
  for (const hash of rest) {
    if (last === 0) return 'path-too-long'
    if (at % 2 === 1 || at === last) {
      old = nodeHash(hash, old, hashes)
      now = nodeHash(hash, now, hashes)
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)]
    } else {
      now = nodeHash(now, hash, hashes)
    }
    ;[at, last] = [half(at), half(last)]
  }
  if (last !== 0) return 'path-too-short'
  if (!equalBytes(now, toRoot)) return 'new-root-differs'
  return equalBytes(old, fromRoot) ? undefined : 'old-root-differs'
}
