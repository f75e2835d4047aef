import { expect, test } from 'vitest'
import { type Cid, rawCid } from '../../core/any-cid.ts'
import { concatBytes, utf8 } from '../../core/bytes.ts'
import { nobleHashes } from '../hashes.ts'
import { CarReader, carBlock, carHeader } from './car.ts'

const refused = expect.objectContaining({ code: 'proof-invalid' })
const blockOf = (text: string) => ({ cid: rawCid(nobleHashes.sha256(utf8(text))), bytes: utf8(text) })
const [first, second] = [blockOf('first'), blockOf('second')]
const car = concatBytes(carHeader(first.cid), carBlock(first), carBlock(second))

function read(bytes: Uint8Array, piece = bytes.length) {
  const reader = new CarReader(nobleHashes)
  const blocks = []
  for (let at = 0; at < bytes.length; at += piece) blocks.push(...reader.take(bytes.subarray(at, at + piece)))
  return { root: reader.finish(), blocks }
}

test('a CAR file is read in pieces of any size, each block with its place', () => {
  const at = carHeader(first.cid).length
  for (const piece of [1, 3, 1_000]) {
    const { root, blocks } = read(car, piece)
    expect(root).toEqual(first.cid)
    expect(blocks).toEqual([
      { ...first, at },
      { ...second, at: at + carBlock(first).length },
    ])
  }
})

test.each([
  ['nothing', new Uint8Array(0)],
  ['a file that ends within a block', car.subarray(0, car.length - 1)],
  ['a block of nothing', concatBytes(carHeader(first.cid), Uint8Array.of(0))],
  ['a block longer than any', concatBytes(carHeader(first.cid), Uint8Array.of(0xff, 0xff, 0xff, 0x7f))],
  ['a length that is none', new Uint8Array(6).fill(0xff)],
  [
    'a block with other bytes',
    concatBytes(carHeader(first.cid), carBlock({ cid: first.cid, bytes: utf8('other') })),
  ],
  ['a header with more', concatBytes(Uint8Array.of(62), carHeader(first.cid).subarray(1), utf8('more'))],
])('%s is no CAR file', (_, bytes) => {
  expect(() => read(bytes)).toThrow(refused)
})

test('a CID of version 0 is kept as it is', () => {
  const cid: Cid = { version: 0, codec: 'dag-pb', digest: nobleHashes.sha256(utf8('x')) }
  expect(read(concatBytes(carHeader(cid), carBlock({ cid, bytes: utf8('x') })))).toMatchObject({
    root: cid,
    blocks: [{ cid }],
  })
})
