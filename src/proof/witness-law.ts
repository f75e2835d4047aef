import { equalBytes } from '../core/bytes.ts'
import type { Checkpoint } from './checkpoint.ts'
import { type Hashes, nobleHashes } from './hashes.ts'
import { verifyConsistency } from './verify-consistency.ts'

/** What a log says of itself: the tree in a checkpoint that bears its signature, and where it says the witness stands. */
export interface WitnessClaim {
  readonly checkpoint: Checkpoint
  readonly oldSize: number
  readonly proof: readonly Uint8Array[]
}

/** The newest tree that the witness has cosigned for a log. */
export interface WitnessedTree {
  readonly size: number
  readonly root: Uint8Array
}

export type WitnessVerdict =
  /** It continues what the witness knows: may be cosigned. */
  | { readonly verdict: 'continues' }
  /** The request contradicts itself. */
  | { readonly verdict: 'impossible' }
  /** Another size than the request believes is the newest here. */
  | { readonly verdict: 'stale' }
  /** The log's key has signed two trees of one size: proof that it shows different faces. */
  | { readonly verdict: 'forked' }
  /**
   * Nothing shows that the tree continues the known one. It may be a fork, or a wrong proof: everybody can send a log's
   * public checkpoint with a wrong proof, so it convicts nobody.
   */
  | { readonly verdict: 'unproven' }

/**
 * Judges a checkpoint whose log has signed it, in the order of C2SP tlog-witness. That two trees of one size differ is
 * seen first, whatever else the request says: it can't be explained away.
 */
export function judgeCheckpoint(
  { checkpoint, oldSize, proof }: WitnessClaim,
  known: WitnessedTree | undefined,
  hashes: Hashes = nobleHashes,
): WitnessVerdict {
  const { size, root } = checkpoint
  if (known !== undefined && known.size === size && !equalBytes(known.root, root))
    return { verdict: 'forked' }
  if (oldSize > size) return { verdict: 'impossible' }
  if (oldSize !== (known?.size ?? 0)) return { verdict: 'stale' }
  if (size === 0 || known === undefined || known.size === 0) {
    // Every tree begins with the empty one; the empty one has one root.
    const consistent = proof.length === 0 && (size > 0 || equalBytes(root, hashes.sha256(new Uint8Array())))
    return { verdict: consistent ? 'continues' : 'unproven' }
  }
  const consistent = verifyConsistency(
    { from: known.size, to: size, path: proof, fromRoot: known.root, toRoot: root },
    hashes,
  )
  return { verdict: consistent ? 'continues' : 'unproven' }
}
