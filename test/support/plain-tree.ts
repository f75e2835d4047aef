import { createHash } from 'node:crypto'

/*
 * The tree of RFC 9162 section 2.1 as its text has it, by recursion over the leaves: slow, and nothing of it is shared with
 * the product.
 */

const hash = (...parts: readonly Uint8Array[]): Uint8Array => {
  const sha = createHash('sha256')
  for (const part of parts) sha.update(part)
  return new Uint8Array(sha.digest())
}

/** The largest power of two below `size`. */
const splitOf = (size: number): number => 2 ** (31 - Math.clz32(size - 1))

/** MTH(D[n]). */
export function plainRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const [first] = leaves
  if (first === undefined) return hash()
  if (leaves.length === 1) return hash(Uint8Array.of(0), first)
  const split = splitOf(leaves.length)
  return hash(Uint8Array.of(1), plainRoot(leaves.slice(0, split)), plainRoot(leaves.slice(split)))
}

/** PROOF(m, D[n]); empty for 0 and for n. */
export function plainConsistency(from: number, leaves: readonly Uint8Array[]): readonly Uint8Array[] {
  return from === 0 ? [] : subProof(from, leaves, true)
}

function subProof(from: number, leaves: readonly Uint8Array[], whole: boolean): readonly Uint8Array[] {
  if (from === leaves.length) return whole ? [] : [plainRoot(leaves)]
  const split = splitOf(leaves.length)
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)]
  return from <= split
    ? [...subProof(from, left, whole), plainRoot(right)]
    : [...subProof(from - split, right, false), plainRoot(left)]
}

/** So many leaves, the last `other` of them different from those of the same place elsewhere. */
export function plainLeaves(size: number, other = 0): readonly Uint8Array[] {
  return Array.from({ length: size }, (_, i) => Buffer.from(i < size - other ? `leaf ${i}` : `other ${i}`))
}
