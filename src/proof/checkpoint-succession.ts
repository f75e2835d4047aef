import type { Checkpoint } from './checkpoint.ts'
import { type Hashes, nobleHashes } from './hashes.ts'
import type { ProofFailure } from './proof-failure.ts'
import { consistencyFailure } from './verify-consistency.ts'

/**
 * Why a log can't have gone on from a checkpoint that is known to one that is shown now; undefined when it can. `rolled-back`
 * is a replayed or shortened log, `forked` one that shows different pasts to different people.
 */
export function successionFailure(
  {
    known,
    next,
    path,
  }: { readonly known: Checkpoint; readonly next: Checkpoint; readonly path: readonly Uint8Array[] },
  hashes: Hashes = nobleHashes,
): ProofFailure | undefined {
  if (known.origin !== next.origin) return 'origin-differs'
  const trees = { from: known.size, to: next.size, fromRoot: known.root, toRoot: next.root }
  return consistencyFailure({ ...trees, path }, hashes)
}
