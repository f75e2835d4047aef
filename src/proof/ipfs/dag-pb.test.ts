import { expect, test } from 'vitest'
import { encodeCid, rawCid } from '../../core/any-cid.ts'
import { concatBytes, utf8 } from '../../core/bytes.ts'
import { nobleHashes } from '../hashes.ts'
import { decodeDagNode, encodeDagNode } from './dag-pb.ts'
import { bytesField, numberField, readFields } from './protobuf.ts'

const cid = rawCid(nobleHashes.sha256(utf8('x')))
const data = bytesField(1, utf8('data'))
const link = (...fields: readonly Uint8Array[]) => bytesField(2, concatBytes(...fields))
const [hash, name, size] = [bytesField(1, encodeCid(cid)), bytesField(2, utf8('a')), numberField(3, 1)]
const refused = expect.objectContaining({ code: 'proof-invalid' })

test('a node is read as it was written', () => {
  const node = { links: [{ cid, name: 'a', size: 300 }], data: utf8('data') }
  expect(decodeDagNode(encodeDagNode(node))).toEqual(node)
  expect(decodeDagNode(concatBytes(link(hash, name, size), data)).links).toEqual([
    { cid, name: 'a', size: 1 },
  ])
})

test.each([
  ['no protobuf', Uint8Array.of(0xff)],
  ['data before links', concatBytes(data, link(hash, name, size))],
  ['data twice', concatBytes(data, data)],
  ['no data', link(hash, name, size)],
  ['a number', concatBytes(numberField(1, 1), data)],
  ['another field', concatBytes(bytesField(3, utf8('x')), data)],
  ['a link that is no protobuf', concatBytes(bytesField(2, Uint8Array.of(0xff)), data)],
  ['a link with more than three fields', concatBytes(link(hash, name, size, size), data)],
  ['a link without a hash', concatBytes(link(name, name, size), data)],
  ['a link without a name', concatBytes(link(hash, hash, size), data)],
  ['a link without a size', concatBytes(link(hash, name, name), data)],
  ['a hash that is a number', concatBytes(link(numberField(1, 1), name, size), data)],
  ['a name that is a number', concatBytes(link(hash, numberField(2, 1), size), data)],
  ['a size that is bytes', concatBytes(link(hash, name, bytesField(3, utf8('1'))), data)],
  [
    'a hash with something behind it',
    concatBytes(link(bytesField(1, Uint8Array.of(...encodeCid(cid), 0)), name, size), data),
  ],
  [
    'more links than are read',
    concatBytes(
      new Uint8Array(131_074).fill(0).map((_, i) => (i % 2 === 0 ? 0x12 : 0)),
      data,
    ),
  ],
])('a node with %s is refused', (_, bytes) => {
  expect(() => decodeDagNode(bytes)).toThrow(refused)
})

test('protobuf of other kinds, or that ends early, is none', () => {
  for (const bytes of [[0x0d, 0, 0, 0, 0], [0x08], [0x0a, 5, 1], [0xff], [0x09, 1]]) {
    expect(readFields(Uint8Array.from(bytes))).toBeUndefined()
  }
  expect(readFields(new Uint8Array(0))).toEqual([])
})
