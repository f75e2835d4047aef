import { expect, test } from 'vitest'
import { fromHex, toHex, utf8 } from '../core/bytes.ts'
import { fieldCommitment, fieldLeaves, pairwiseRoot, planFields } from './field-tree.ts'
import { nobleHashes } from './hashes.ts'

const plan = planFields({ name: 'one/1', fields: { text: 'text' } })

test('a text longer than anything before gets more room, and a short one after it still hashes right', () => {
  const seed = new Uint8Array(32)
  const commit = (text: string) => toHex(fieldCommitment({ text }, { plan, seed }, { ...nobleHashes }))
  const long = 'é'.repeat(300_000)
  const hashes = { ...nobleHashes }
  const [first, second, third] = [long, 'short', long].map(text =>
    toHex(fieldCommitment({ text }, { plan, seed }, hashes)),
  )
  expect([first, second, third]).toEqual([commit(long), commit('short'), commit(long)])
  expect(fieldLeaves({ text: long }, { plan, seed })).toHaveLength(1)
})

test('a tree without leaves has nothing as root', () => {
  expect(pairwiseRoot([])).toEqual(new Uint8Array(0))
  expect(pairwiseRoot([utf8('a')])).toEqual(fromHex('61'))
})
