import { concatBytes, fromHex, toHex, utf8 } from '../../src/core/bytes.ts'
import { emptyRoot, leafHash, merkleRoot, nodeHash } from '../../src/proof/merkle.ts'
import { consistencyPath, inclusionPath, type NodeLookup } from '../../src/proof/merkle-proof.ts'
import type { ProofFailure } from '../../src/proof/proof-failure.ts'

/** An inclusion in JSON: hashes in hex. `entry` stands in place of `leaf` where the verifier hashes the entry itself. */
export interface InclusionExample {
  readonly name: string
  readonly failure: ProofFailure | null
  readonly index: number
  readonly size: number
  readonly leaf?: string | undefined
  readonly entry?: string
  readonly path: readonly string[]
  readonly root: string
}

export interface ConsistencyExample {
  readonly name: string
  readonly failure: ProofFailure | null
  readonly from: number
  readonly to: number
  readonly fromRoot: string
  readonly toRoot: string
  readonly path: readonly string[]
}

/** The entries of the reference tree of Certificate Transparency. */
export const referenceEntries = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
]
const leaves = referenceEntries.map(entry => leafHash(fromHex(entry)))
const forged = leafHash(utf8('forged'))
const forkedLeaves = leaves.map((leaf, i) => (i === 2 ? forged : leaf))

const lookup =
  (of: readonly Uint8Array[]): NodeLookup =>
  (level, index) =>
    merkleRoot(of.slice(index * 2 ** level, (index + 1) * 2 ** level))

const hex = (hashes: readonly Uint8Array[]) => hashes.map(toHex)
const rootOf = (size: number, of = leaves) => toHex(merkleRoot(of.slice(0, size)))

function included(
  index: number,
  size: number,
): Omit<InclusionExample, 'name' | 'failure'> & { leaf: string } {
  const path = hex(inclusionPath({ index, size }, lookup(leaves)))
  return { index, size, leaf: toHex(leaves[index] ?? forged), path, root: rootOf(size) }
}

export function inclusionExamples(): readonly InclusionExample[] {
  const good = included(5, 8)
  const ragged = included(6, 7)
  const [first = '', second = '', third = ''] = good.path
  const pair = nodeHash(leaves[4]!, leaves[5]!)
  const preimage = concatBytes(leaves[4]!, leaves[5]!)
  const example = (name: string, failure: ProofFailure | null, changes: Partial<InclusionExample> = {}) => ({
    name,
    failure,
    ...good,
    ...changes,
  })
  return [
    example('sixth of eight', null),
    example('last of seven, which has no sibling', null, ragged),
    example('the only one', null, included(0, 1)),
    example('forged leaf', 'leaf-not-in-tree', { leaf: toHex(forged) }),
    example('forged sibling', 'leaf-not-in-tree', { path: [first, toHex(forged), third] }),
    example('forged root', 'leaf-not-in-tree', { root: toHex(forged) }),
    example('swapped siblings', 'leaf-not-in-tree', { path: [second, first, third] }),
    example('path from the root down', 'leaf-not-in-tree', { path: [third, second, first] }),
    example('leaf and sibling exchanged', 'leaf-not-in-tree', {
      leaf: first,
      path: [good.leaf, second, third],
    }),
    example('index of its neighbour', 'leaf-not-in-tree', { index: 4 }),
    example('another leaf of the tree', 'leaf-not-in-tree', { leaf: toHex(leaves[3]!) }),
    example('smaller tree with a path as long', 'leaf-not-in-tree', { size: 7, root: rootOf(7) }),
    example('entry in place of a node: the children of a node, hashed as a leaf', 'leaf-not-in-tree', {
      index: 2,
      size: 4,
      leaf: undefined,
      entry: toHex(preimage),
      path: [second, third],
    }),
    example('node passed off as a leaf', 'path-too-short', { leaf: toHex(pair), path: [second, third] }),
    example('truncated at the root', 'path-too-short', { path: [first, second] }),
    example('truncated at the leaf', 'path-too-short', { path: [second, third] }),
    example('no path', 'path-too-short', { path: [] }),
    example('larger tree than the path is for', 'path-too-short', { size: 9 }),
    example('largest size of all', 'path-too-short', { size: Number.MAX_SAFE_INTEGER }),
    example('root at the end of the path', 'path-too-long', { path: [...good.path, good.root] }),
    example('a hash before the path', 'path-too-long', { path: [good.leaf, ...good.path] }),
    example('a path for the only one', 'path-too-long', { ...included(0, 1), path: [first] }),
    example('a thousand hashes', 'path-too-long', { path: Array.from({ length: 1_000 }, () => first) }),
    example('index of the size', 'index-beyond-size', { index: 8 }),
    example('empty tree', 'index-beyond-size', { index: 0, size: 0, path: [], root: toHex(emptyRoot()) }),
    example('index below zero', 'index-invalid', { index: -1 }),
    example('half an index', 'index-invalid', { index: 4.5 }),
    example('huge index', 'index-invalid', { index: 1e300 }),
    example('size below zero', 'size-invalid', { size: -8 }),
    example('half a size', 'size-invalid', { size: 7.5 }),
    example('size of 2^53', 'size-invalid', { size: 2 ** 53 }),
    example('short leaf', 'hash-length', { leaf: good.leaf.slice(2) }),
    example('no leaf', 'hash-length', { leaf: '' }),
    example('short sibling', 'hash-length', { path: [first, second.slice(2), third] }),
    example('two siblings in one', 'hash-length', { path: [first, second + third] }),
    example('long root', 'hash-length', { root: `${good.root}00` }),
  ]
}

function consistent(from: number, to: number, of = leaves): Omit<ConsistencyExample, 'name' | 'failure'> {
  const path = hex(consistencyPath({ from, to }, lookup(of)))
  return { from, to, fromRoot: rootOf(from), toRoot: rootOf(to, of), path }
}

export function consistencyExamples(): readonly ConsistencyExample[] {
  const good = consistent(3, 7)
  const [first = '', second = '', third = '', fourth = ''] = good.path
  const power = consistent(4, 7)
  const example = (
    name: string,
    failure: ProofFailure | null,
    changes: Partial<ConsistencyExample> = {},
  ) => ({
    name,
    failure,
    ...good,
    ...changes,
  })
  return [
    example('three and seven', null),
    example('four and seven: the old root is a node of the new tree', null, power),
    example('a tree and itself', null, consistent(5, 5)),
    example('the empty tree and any', null, consistent(0, 7)),
    example(
      'forked log: another past, with the path of its own tree',
      'old-root-differs',
      consistent(3, 7, forkedLeaves),
    ),
    example('old root forged', 'old-root-differs', { fromRoot: toHex(forged) }),
    example('a root of the empty tree that is none', 'old-root-differs', {
      ...consistent(0, 7),
      fromRoot: toHex(forged),
    }),
    example('new root forged', 'new-root-differs', { toRoot: toHex(forged) }),
    example('forged old root that is a node', 'new-root-differs', { ...power, fromRoot: toHex(forged) }),
    example('forged hash', 'new-root-differs', { path: [first, second, third, toHex(forged)] }),
    example('swapped hashes', 'new-root-differs', { path: [first, third, second, fourth] }),
    example('roots exchanged', 'new-root-differs', { fromRoot: good.toRoot, toRoot: good.fromRoot }),
    example('another size of the old tree', 'path-too-long', { from: 1 }),
    example('two roots of one size', 'forked', { ...consistent(7, 7), fromRoot: rootOf(7, forkedLeaves) }),
    example('later tree smaller than the earlier one', 'rolled-back', { from: 7, to: 3 }),
    example('no path', 'path-too-short', { path: [] }),
    example('no path from a power of two', 'path-too-short', { ...power, path: [] }),
    example('truncated', 'path-too-short', { path: [first, second, third] }),
    example('lengthened', 'path-too-long', { path: [...good.path, good.toRoot] }),
    example('the old root once more, which a power of two leaves out', 'path-too-long', {
      ...power,
      path: [power.fromRoot, ...power.path],
    }),
    example('a path from a tree to itself', 'path-too-long', { ...consistent(7, 7), path: [first] }),
    example('a path from the empty tree', 'path-too-long', { ...consistent(0, 7), path: [first] }),
    example('size below zero', 'size-invalid', { from: -3 }),
    example('half a size', 'size-invalid', { to: 7.5 }),
    example('short hash', 'hash-length', { path: [first, second, third, fourth.slice(2)] }),
    example('no old root', 'hash-length', { fromRoot: '' }),
  ]
}
