import { fromBase64url } from '../../core/bytes.ts'
import type { Checkpoint } from '../checkpoint.ts'
import type { Hashes } from '../hashes.ts'
import type { ProofFailure } from '../proof-failure.ts'
import { inclusionFailure } from '../verify-inclusion.ts'
import type { EvidenceSegment } from './evidence.ts'
import { leavesOpen, refutes } from './findings.ts'
import type { Finding } from './verification.ts'

/**
 * Says whether a segment's last entry, with the leaf hash that was worked out, stands in the checkpoint's tree; its entries before it are in its
 * hash.
 */
export function checkInclusion(
  { first, entries, inclusion }: EvidenceSegment,
  { number: segment, leaf }: { readonly number: number; readonly leaf: string | undefined },
  { checkpoint, hashes }: { checkpoint: Checkpoint; hashes: Hashes },
): readonly Finding[] {
  const which = entries.length === 1 ? `Entry ${first}` : `Entries ${first} to ${first + entries.length - 1}`
  if (leaf === undefined) {
    const text = `${which} of segment ${segment}: what they are in the tree can't be worked out, because a document can't.`
    return [leavesOpen('not-decided', text, { segment })]
  }
  const { index, path } = inclusion
  const { size, root } = checkpoint
  const failure = inclusionFailure(
    { index, size, root, leaf: fromBase64url(leaf), path: path.map(fromBase64url) },
    hashes,
  )
  if (failure === undefined) return []
  const { code, why } = wordsOf(failure, { index, size })
  return [refutes(code, `${which} of segment ${segment} ${why}.`, { segment })]
}

function wordsOf(failure: ProofFailure, { index, size }: { index: number; size: number }) {
  if (failure === 'path-too-short' || failure === 'path-too-long') {
    return {
      code: 'path-length',
      why: `have a path that is none of leaf ${index} in a tree of ${size}`,
    } as const
  }
  if (failure === 'index-beyond-size') {
    return {
      code: 'index-beyond-size',
      why: `are said to end at leaf ${index} of a tree of ${size}`,
    } as const
  }
  const why = `are not in the signed tree as this file has them: an entry, its document, the place ${index} or the path was changed`
  return { code: 'not-in-tree', why } as const
}
