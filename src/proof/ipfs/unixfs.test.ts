import { describe, expect, test } from 'vitest'
import { type Cid, formatCid, rawCid } from '../../core/any-cid.ts'
import { concatBytes, equalBytes, utf8 } from '../../core/bytes.ts'
import { nobleHashes } from '../hashes.ts'
import { encodeDagNode } from './dag-pb.ts'
import { bytesField, numberField } from './protobuf.ts'
import { isUnixFsFolder, readUnixFsFile, readUnixFsFolder } from './read-unixfs.ts'
import { decodeUnixFsData, encodeFileData, folderData } from './unixfs-data.ts'
import { type Block, UnixFsFile, unixFsCid } from './unixfs-file.ts'
import { unixFsFolder } from './unixfs-folder.ts'

const hashes = nobleHashes
const refused = expect.objectContaining({ code: 'proof-invalid' })
const unfit = expect.objectContaining({ code: 'argument-invalid' })
const none = new Uint8Array(0)

/** A file in tiny chunks, with its blocks. */
function made(size: number, rules: { rawLeaves?: boolean; width?: number } = {}) {
  const blocks = new Map<string, Block>()
  const file = new UnixFsFile({
    profile: { version: 1, chunk: 10, width: 3, rawLeaves: true, ...rules },
    hashes,
    onBlock: block =>
      blocks.set(formatCid(block.cid), { cid: block.cid, bytes: Uint8Array.from(block.bytes) }),
  })
  const bytes = new Uint8Array(size).map((_, i) => i % 251)
  file.write(bytes)
  return { ...file.finish(), bytes, blocks }
}

async function read(cid: Cid, blocks: ReadonlyMap<string, Block>, maxBytes = 10_000): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  const blockOf = (one: Cid) => blocks.get(formatCid(one))?.bytes ?? none
  for await (const part of readUnixFsFile(cid, blockOf, { maxBytes })) parts.push(part)
  return concatBytes(...parts)
}

describe('a file', () => {
  test.each([0, 1, 10, 11, 30, 31, 90, 91, 271])(
    'of %d bytes comes back from its blocks, with its size',
    async size => {
      for (const rawLeaves of [true, false]) {
        const { cid, bytes, blocks, size: told, total } = made(size, { rawLeaves })
        expect(told).toBe(size)
        expect(total).toBeGreaterThanOrEqual(size)
        expect(equalBytes(await read(cid, blocks), bytes)).toBe(true)
      }
    },
  )

  test('has the CIDs that IPFS’s own tools give hello world, under each profile', () => {
    const bytes = utf8('hello world\n')
    expect(formatCid(unixFsCid(bytes, { hashes, profile: 'unixfs-v0-2015' }))).toBe(
      'QmT78zSuBmuS4z925WZfrqQ1qHaJ56DQaTfyMUF7F8ff5o',
    )
    expect(formatCid(unixFsCid(utf8('hello world'), { hashes }))).toBe(
      'bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e',
    )
  })

  test('that is longer than is taken is refused, raw or in a tree', async () => {
    const { cid, blocks } = made(100)
    await expect(read(cid, blocks, 99)).rejects.toThrow(refused)
  })

  const node = (parts: readonly Cid[], partSizes: readonly number[], size: number): Block => {
    const bytes = encodeDagNode({
      links: parts.map(cid => ({ cid, name: '', size: 1 })),
      data: encodeFileData({ content: none, size, partSizes }),
    })
    return { cid: { version: 1, codec: 'dag-pb', digest: hashes.sha256(bytes) }, bytes }
  }

  test('that lies about its parts, is a folder, or is too deep, is refused', async () => {
    const leaf = { cid: rawCid(hashes.sha256(utf8('abc'))), bytes: utf8('abc') }
    const folder = unixFsFolder([], { hashes }).block
    const bad = [
      node([leaf.cid], [], 3),
      node([leaf.cid], [2], 2),
      node([leaf.cid], [3], 4),
      node([folder.cid], [1], 1),
      node([leaf.cid], [0], 0),
    ]
    for (const one of bad) {
      const blocks = new Map([leaf, folder, one].map(block => [formatCid(block.cid), block]))
      await expect(read(one.cid, blocks)).rejects.toThrow(refused)
    }
    let deep: Block = leaf
    const blocks = new Map([[formatCid(deep.cid), deep]])
    for (let level = 0; level < 10; level++) {
      deep = node([deep.cid], [3], 3)
      blocks.set(formatCid(deep.cid), deep)
    }
    await expect(read(deep.cid, blocks)).rejects.toThrow(refused)
  })
})

describe('the data of a node', () => {
  test('is a file, raw or not, or a folder', () => {
    expect(decodeUnixFsData(concatBytes(numberField(1, 0), bytesField(2, utf8('ab'))))).toMatchObject({
      type: 'file',
      size: 2,
    })
    expect(decodeUnixFsData(folderData)).toMatchObject({ type: 'folder' })
  })

  test.each([
    ['nothing', none],
    ['no protobuf', Uint8Array.of(0xff)],
    ['another type', numberField(1, 5)],
    ['a type twice', concatBytes(numberField(1, 2), numberField(1, 2))],
    ['a type that is bytes', bytesField(1, utf8('2'))],
    ['content twice', concatBytes(numberField(1, 2), bytesField(2, utf8('a')), bytesField(2, utf8('b')))],
    ['content that is a number', concatBytes(numberField(1, 2), numberField(2, 2))],
    ['part sizes that are bytes', concatBytes(numberField(1, 2), bytesField(4, utf8('a')))],
    ['a mode', concatBytes(numberField(1, 2), numberField(7, 420))],
  ])('with %s is refused', (_, bytes) => {
    expect(() => decodeUnixFsData(bytes)).toThrow(refused)
  })
})

describe('a folder', () => {
  const file = rawCid(hashes.sha256(utf8('x')))
  const link = (name: string) => ({ cid: file, name, size: 1 })

  test('has its files in the order of their bytes, whatever order they came in', () => {
    const names = ['b', 'a', 'aa', 'é', 'Z']
    const { block, link: made } = unixFsFolder(names.map(link), { hashes })
    expect([...readUnixFsFolder(block.bytes).keys()]).toEqual(['Z', 'a', 'aa', 'b', 'é'])
    expect(isUnixFsFolder(block.bytes)).toBe(true)
    expect(made.size).toBe(block.bytes.length + 5)
    expect(unixFsFolder([...names].reverse().map(link), { hashes }).block).toEqual(block)
    expect(unixFsFolder([], { hashes, version: 0 }).block.cid.version).toBe(0)
  })

  test('with names that can’t be, or too many, is not made', () => {
    for (const names of [[''], ['a/b'], ['a', 'a']]) {
      expect(() => unixFsFolder(names.map(link), { hashes })).toThrow(unfit)
    }
    const many = Array.from({ length: 9_000 }, (_, i) => link(`${'n'.repeat(200)}${i}`))
    expect(() => unixFsFolder(many, { hashes })).toThrow(unfit)
  })

  test('with such names, or that is a file, is not read', () => {
    const bytesOf = (names: readonly string[], data = folderData) =>
      encodeDagNode({ links: names.map(link), data })
    for (const names of [[''], ['a/b'], ['a', 'a']])
      expect(() => readUnixFsFolder(bytesOf(names))).toThrow(refused)
    const data = encodeFileData({ content: none, size: 0, partSizes: [] })
    expect(() => readUnixFsFolder(bytesOf([], data))).toThrow(refused)
    expect(isUnixFsFolder(bytesOf([], data))).toBe(false)
  })
})
