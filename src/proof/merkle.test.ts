import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { equalBytes, fromHex, toHex } from '../core/bytes.ts'
import {
  appendLeaf,
  emptyFrontier,
  emptyRoot,
  type Frontier,
  frontierRoot,
  leafHash,
  merkleRoot,
  nodeHash,
} from './merkle.ts'
import { consistencyPath, frontierOf, inclusionPath, type NodeLookup } from './merkle-proof.ts'
import { verifyConsistency } from './verify-consistency.ts'
import { verifyInclusion } from './verify-inclusion.ts'

/** The reference tree of Certificate Transparency (RFC 6962): eight leaves and the root after each. */
const reference = [
  ['', '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
  ['00', 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
  ['10', 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'],
  ['2021', 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7'],
  ['3031', '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4'],
  ['40414243', '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef'],
  ['5051525354555657', 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c'],
  ['606162636465666768696a6b6c6d6e6f', '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
] as const

const referenceLeaves = reference.map(([entry]) => leafHash(fromHex(entry)))

/** The definition of RFC 9162 section 2.1.1, as it stands there. */
function rootByDefinition(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return emptyRoot()
  if (leaves.length === 1) return leaves[0]!
  let split = 1
  while (split * 2 < leaves.length) split *= 2
  return nodeHash(rootByDefinition(leaves.slice(0, split)), rootByDefinition(leaves.slice(split)))
}

function lookup(leaves: readonly Uint8Array[]): NodeLookup {
  return (level, index) => rootByDefinition(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level))
}

const leavesOf = (count: number) => Array.from({ length: count }, (_, i) => leafHash(`entry ${i}`))

describe('tree', () => {
  test('the empty tree has the hash of nothing as root', () => {
    expect(toHex(emptyRoot())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    expect(frontierRoot(emptyFrontier)).toEqual(emptyRoot())
  })

  test('the reference tree has its known root after each leaf', () => {
    let frontier: Frontier = emptyFrontier
    for (const [entry, root] of reference) {
      frontier = appendLeaf(frontier, leafHash(fromHex(entry))).frontier
      expect(toHex(frontierRoot(frontier))).toBe(root)
    }
  })

  test('a leaf and a node of the same bytes have different hashes', () => {
    const [a, b] = leavesOf(2)
    expect(leafHash(new Uint8Array([...a!, ...b!]))).not.toEqual(nodeHash(a!, b!))
  })

  test('leaves of every length and writing, however long, are hashed behind their prefix', () => {
    const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
    for (const length of [0, 1, 64, 1_364, 1_365, 1_366, 4_094, 4_095, 4_096, 65_535]) {
      for (const letter of ['a', 'é', '€', '\u{1f50c}']) {
        const bytes = new TextEncoder().encode(letter.repeat(length))
        expect(toHex(leafHash(letter.repeat(length)))).toBe(sha256(new Uint8Array([0, ...bytes])))
        expect(leafHash(bytes)).toEqual(leafHash(letter.repeat(length)))
      }
    }
  })

  test('a node is made of two hashes of 32 bytes only, and what was hashed before leaves nothing behind', () => {
    const [a, b] = leavesOf(2)
    const before = nodeHash(a!, b!)
    for (const short of [a!.slice(1), new Uint8Array(33), new Uint8Array(0)]) {
      expect(() => nodeHash(short, b!)).toThrow(/a node of/)
      expect(() => nodeHash(b!, short)).toThrow(/a node of/)
    }
    expect(nodeHash(a!, b!)).toEqual(before)
  })

  test('for every size the frontier gives the root of the definition, and can be built from the nodes', () => {
    for (let size = 0; size <= 70; size++) {
      const leaves = leavesOf(size)
      expect(merkleRoot(leaves)).toEqual(rootByDefinition(leaves))
      expect(frontierRoot(frontierOf(size, lookup(leaves)))).toEqual(rootByDefinition(leaves))
    }
  })

  test('the subtrees that a leaf completes stand where the store looks for them', () => {
    const leaves = leavesOf(33)
    const rows: (readonly Uint8Array[])[] = []
    let frontier: Frontier = emptyFrontier
    for (const leaf of leaves) {
      const appended = appendLeaf(frontier, leaf)
      rows.push([leaf, ...appended.completed])
      frontier = appended.frontier
    }
    for (let level = 0; level < 6; level++) {
      for (let index = 0; (index + 1) * 2 ** level <= leaves.length; index++) {
        expect(rows[(index + 1) * 2 ** level - 1]?.[level]).toEqual(lookup(leaves)(level, index))
      }
    }
  })
})

describe('inclusion', () => {
  test('the reference path of the first leaf in eight', () => {
    expect(inclusionPath({ index: 0, size: 8 }, lookup(referenceLeaves)).map(toHex)).toEqual([
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ])
  })

  test('every leaf of every tree up to 33 is shown, at its own place only', () => {
    for (let size = 1; size <= 33; size++) {
      const leaves = leavesOf(size)
      const root = merkleRoot(leaves)
      for (const [index, leaf] of leaves.entries()) {
        const path = inclusionPath({ index, size }, lookup(leaves))
        expect(verifyInclusion({ index, size, leaf, path, root })).toBe(true)
        const elsewhere = (index + 1) % size
        expect(verifyInclusion({ index: elsewhere, size, leaf, path, root })).toBe(size === 1)
        expect(verifyInclusion({ index, size: size + 1, leaf, path, root }) && path.length === 0).toBe(false)
      }
    }
  })

  test('a forged, truncated, lengthened, reordered or shortened path shows nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 200 }), fc.nat(), fc.nat(), (size, i, j) => {
        const leaves = leavesOf(size)
        const index = i % size
        const root = merkleRoot(leaves)
        const path = inclusionPath({ index, size }, lookup(leaves))
        const at = j % path.length
        const holds = (changed: readonly Uint8Array[]) =>
          verifyInclusion({ index, size, leaf: leaves[index]!, path: changed, root })
        expect(holds(path)).toBe(true)
        expect(holds(path.map((hash, k) => (k === at ? leafHash('forged') : hash)))).toBe(false)
        expect(holds(path.slice(1))).toBe(false)
        expect(holds(path.slice(0, -1))).toBe(false)
        expect(holds([...path, root])).toBe(false)
        if (path.length > 1) expect(holds([...path].reverse())).toBe(false)
        expect(holds(path.map(hash => hash.slice(0, 31)))).toBe(false)
        expect(verifyInclusion({ index, size, leaf: leafHash('other'), path, root })).toBe(false)
      }),
      { numRuns: 30 },
    )
  })

  test('an index outside the tree is refused', () => {
    expect(() => inclusionPath({ index: 3, size: 3 }, lookup(leavesOf(3)))).toThrow(/no leaf 3/)
    const [leaf] = leavesOf(1)
    expect(verifyInclusion({ index: 1, size: 1, leaf: leaf!, path: [], root: leaf! })).toBe(false)
    expect(verifyInclusion({ index: -1, size: 1, leaf: leaf!, path: [], root: leaf! })).toBe(false)
  })
})

describe('consistency', () => {
  test('every pair of trees up to 33 is consistent, and with nothing else', () => {
    const leaves = leavesOf(33)
    for (let to = 1; to <= 33; to++) {
      for (let from = 1; from <= to; from++) {
        const path = consistencyPath({ from, to }, lookup(leaves))
        const claim = {
          from,
          to,
          path,
          fromRoot: merkleRoot(leaves.slice(0, from)),
          toRoot: merkleRoot(leaves.slice(0, to)),
        }
        expect(verifyConsistency(claim)).toBe(true)
        if (from === to) continue
        expect(verifyConsistency({ ...claim, fromRoot: leafHash('another past') })).toBe(false)
        expect(verifyConsistency({ ...claim, toRoot: leafHash('another future') })).toBe(false)
        expect(verifyConsistency({ ...claim, path: path.slice(1) })).toBe(false)
        expect(verifyConsistency({ ...claim, path: [...path, claim.toRoot] })).toBe(false)
        if (path.length > 1 && !equalBytes(path[0]!, path.at(-1)!)) {
          expect(verifyConsistency({ ...claim, path: [...path].reverse() })).toBe(false)
        }
      }
    }
  })

  test('a forked tree is not consistent', () => {
    const honest = leavesOf(20)
    const forked = honest.map((leaf, i) => (i === 3 ? leafHash('rewritten') : leaf))
    const path = consistencyPath({ from: 7, to: 20 }, lookup(forked))
    const claim = {
      from: 7,
      to: 20,
      path,
      fromRoot: merkleRoot(honest.slice(0, 7)),
      toRoot: merkleRoot(forked),
    }
    expect(verifyConsistency(claim)).toBe(false)
  })
})
