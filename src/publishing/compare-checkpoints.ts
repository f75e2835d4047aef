import { equalBytes, toBase64url } from '../core/bytes.ts'
import type { Checkpoint } from '../proof/checkpoint.ts'
import type { Hashes } from '../proof/hashes.ts'
import { type Frontier, frontierRoot } from '../proof/merkle.ts'
import { consistencyPath, frontierOf } from '../proof/merkle-proof.ts'
import { verifyConsistency } from '../proof/verify-consistency.ts'
import type { KeptProof } from './follow-state.ts'
import type { FollowedTree } from './followed-tree.ts'

/** What speaks against a checkpoint, given one that was seen before. */
export interface Contradiction {
  readonly fault: 'forked' | 'rolled-back'
  readonly message: string
  /** Set where two trees of different sizes contradict each other. */
  readonly beginning?: NonNullable<KeptProof['beginning']>
  /** First entry of the part in which the first difference lies. */
  readonly index?: number
}

/** What two checkpoints say against each other by themselves; undefined when they may be of one log. */
export function contradictionOf(earlier: Checkpoint, later: Checkpoint): Contradiction | undefined {
  if (later.size < earlier.size) {
    const message = `the log went back: it had signed ${earlier.size} entries, and now shows ${later.size}`
    return { fault: 'rolled-back', message }
  }
  if (later.size > earlier.size || equalBytes(earlier.root, later.root)) return undefined
  return { fault: 'forked', message: `the log has signed two different trees of ${later.size} entries` }
}

/**
 * Whether the later tree begins with the earlier one, by a path out of the later one's tiles (RFC 9162 section 2.1.4).
 * Undefined when it does.
 * @param read - what the follower itself has read of the earlier one, to tell about where they part
 * @throws FollowFault when the tiles are not those that were signed
 */
export async function inconsistencyOf(
  { earlier, read }: { readonly earlier: Checkpoint; readonly read: Frontier },
  tree: FollowedTree,
  hashes: Hashes,
): Promise<Contradiction | undefined> {
  const later = tree.checkpoint
  if (earlier.size === 0 || earlier.size === later.size) return undefined
  const [from, to] = [earlier.size, later.size]
  const path = await tree.fromNodes(node => consistencyPath({ from, to }, node, hashes))
  if (verifyConsistency({ from, to, path, fromRoot: earlier.root, toRoot: later.root }, hashes))
    return undefined
  const beginning = await tree.fromNodes(node => frontierRoot(frontierOf(from, node), hashes))
  const parting = await partingOf(read, tree)
  const where =
    parting === undefined ? '' : `; they part among the entries ${parting.from} to ${parting.to - 1}`
  return {
    fault: 'forked',
    message: `the log has two courses: the ${to} entries that it has signed do not begin with the ${from} that it had signed before${where}`,
    beginning: { size: from, root: toBase64url(beginning), path: path.map(toBase64url) },
    ...(parting && { index: parting.from }),
  }
}

/** The first of the complete subtrees that were read which the other tree does not have. */
async function partingOf(
  read: Frontier,
  tree: FollowedTree,
): Promise<{ readonly from: number; readonly to: number } | undefined> {
  const theirs = await tree.fromNodes(node => frontierOf(read.size, node))
  let from = 0
  for (const [i, root] of read.roots.entries()) {
    const width = 2 ** Math.floor(Math.log2(read.size - from))
    if (!equalBytes(root, theirs.roots[i] ?? new Uint8Array(0))) return { from, to: from + width }
    from += width
  }
  return undefined
}
