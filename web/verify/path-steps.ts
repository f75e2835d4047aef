import { toBase64url } from '../../src/core/bytes.ts'
import { nodeHash } from '../../src/proof/merkle.ts'

/** One step from a leaf towards the root. */
export interface PathStep {
  /** On which side of ours the sibling stands. */
  readonly side: 'left' | 'right'
  /** Base64url, both: the sibling's hash, and that of the node over the two. */
  readonly sibling: string
  readonly node: string
}

/**
 * The way from a leaf to the root, to be drawn: the steps of RFC 9162 section 2.1.3.2 one by one. Whether it is as long as
 * it must be, `verifyInclusion` tells; here a path that is too long just ends.
 */
export function pathSteps({
  index,
  size,
  leaf,
  path,
}: {
  index: number
  size: number
  leaf: Uint8Array
  path: readonly Uint8Array[]
}): { steps: readonly PathStep[]; hash: Uint8Array } {
  const steps: PathStep[] = []
  let at = index
  let last = size - 1
  let hash = leaf
  for (const sibling of path) {
    if (last === 0) break
    const side = at % 2 === 1 || at === last ? 'left' : 'right'
    if (side === 'left') {
      while (at % 2 === 0 && at !== 0) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)]
      hash = nodeHash(sibling, hash)
    } else {
      hash = nodeHash(hash, sibling)
    }
    steps.push({ side, sibling: toBase64url(sibling), node: toBase64url(hash) })
    ;[at, last] = [Math.floor(at / 2), Math.floor(last / 2)]
  }
  return { steps, hash }
}
