import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plainConsistency, plainLeaves, plainRoot } from '../../test/support/plain-tree.ts'
import { judgeCheckpoint } from './witness-law.ts'

const treeOf = (leaves: readonly Uint8Array[]) => ({ size: leaves.length, root: plainRoot(leaves) })
const checkpointOf = (leaves: readonly Uint8Array[]) => ({
  ...treeOf(leaves),
  origin: 'example.org/log',
  extensions: [],
})
const sizes = fc.integer({ min: 0, max: 70 })

test('a tree that begins with the known one continues it; with any other proof, or none, that is not shown', () => {
  fc.assert(
    fc.property(sizes, sizes, fc.boolean(), (a, b, isFirst) => {
      const [from, to] = isFirst ? [0, b] : [Math.min(a, b), Math.max(a, b)]
      const leaves = plainLeaves(to)
      const known = isFirst ? undefined : treeOf(leaves.slice(0, from))
      const proof = plainConsistency(from, leaves)
      const claim = { checkpoint: checkpointOf(leaves), oldSize: from, proof }
      expect(judgeCheckpoint(claim, known)).toEqual({ verdict: 'continues' })
      const longer = { ...claim, proof: [...proof, new Uint8Array(32)] }
      expect(judgeCheckpoint(longer, known)).toEqual({ verdict: 'unproven' })
      if (proof.length === 0) return
      expect(judgeCheckpoint({ ...claim, proof: proof.slice(1) }, known)).toEqual({ verdict: 'unproven' })
    }),
  )
})

test('a tree whose beginning was changed never continues the known one, whatever is said in its favour', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 70 }), (a, b) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)]
      const forked = plainLeaves(to, to - from + 1)
      const known = treeOf(plainLeaves(from))
      const claim = { checkpoint: checkpointOf(forked), oldSize: from, proof: plainConsistency(from, forked) }
      expect(judgeCheckpoint(claim, known)).toEqual({ verdict: from === to ? 'forked' : 'unproven' })
    }),
  )
})

test('two trees of one size are a fork, even when the request is stale or makes no sense', () => {
  const known = treeOf(plainLeaves(5))
  const checkpoint = checkpointOf(plainLeaves(5, 1))
  for (const oldSize of [0, 3, 5, 9]) {
    expect(judgeCheckpoint({ checkpoint, oldSize, proof: [] }, known)).toEqual({ verdict: 'forked' })
  }
})

test('another old size than the known one is stale, one above the checkpoint impossible', () => {
  const leaves = plainLeaves(8)
  const known = treeOf(leaves.slice(0, 5))
  const judge = (oldSize: number, size = 8) =>
    judgeCheckpoint({ checkpoint: checkpointOf(leaves.slice(0, size)), oldSize, proof: [] }, known).verdict
  expect([judge(0), judge(4), judge(6), judge(9), judge(4, 4), judge(5, 4)]).toEqual([
    'stale',
    'stale',
    'stale',
    'impossible',
    'stale',
    'impossible',
  ])
})

test('an empty tree has one root', () => {
  const empty = checkpointOf([])
  const claim = { checkpoint: { ...empty, root: new Uint8Array(32) }, oldSize: 0, proof: [] }
  expect(judgeCheckpoint(claim, undefined)).toEqual({ verdict: 'unproven' })
  expect(judgeCheckpoint({ ...claim, checkpoint: empty }, empty)).toEqual({ verdict: 'continues' })
})
