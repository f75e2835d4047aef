import { createHash, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Cid, encodeCid, formatCid } from '../../src/core/any-cid.ts'
import { concatBytes, equalBytes } from '../../src/core/bytes.ts'
import { EnergywebError } from '../../src/core/errors.ts'
import { CarReader, carBlock, carHeader } from '../../src/proof/ipfs/car.ts'
import { encodeDagNode } from '../../src/proof/ipfs/dag-pb.ts'
import { readUnixFsFile, readUnixFsFolder } from '../../src/proof/ipfs/read-unixfs.ts'
import { encodeFileData } from '../../src/proof/ipfs/unixfs-data.ts'
import { type Block, UnixFsFile } from '../../src/proof/ipfs/unixfs-file.ts'
import { unixFsFolder } from '../../src/proof/ipfs/unixfs-folder.ts'
import { named } from '../storage/machine.ts'
import { missingLibraries, unixFsLibraries } from './libraries.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
const hashes = { sha256 }
const refused = expect.objectContaining({ code: expect.stringMatching(/^(proof|cid)-invalid$/) })

/** A CAR file of a folder of files. */
function carOf(files: Readonly<Record<string, Uint8Array>>) {
  const blocks: Block[] = []
  const links = Object.entries(files).map(([name, bytes]) => {
    const file = new UnixFsFile({
      profile: { version: 1, chunk: 1_000, width: 3, rawLeaves: true },
      hashes,
      onBlock: block => blocks.push(block),
    })
    file.write(bytes)
    const { cid, total } = file.finish()
    return { cid, name, size: total }
  })
  const folder = unixFsFolder(links, { hashes })
  blocks.push(folder.block)
  const root = folder.block.cid
  return { root, blocks, bytes: concatBytes(carHeader(root), ...blocks.map(carBlock)) }
}

function readAll(bytes: Uint8Array, piece = bytes.length): { root: Cid; blocks: Map<string, Uint8Array> } {
  const reader = new CarReader(hashes)
  const blocks = new Map<string, Uint8Array>()
  for (let at = 0; at < bytes.length; at += piece) {
    for (const block of reader.take(bytes.subarray(at, at + piece)))
      blocks.set(formatCid(block.cid), block.bytes)
  }
  return { root: reader.finish(), blocks }
}

async function fileIn(blocks: ReadonlyMap<string, Uint8Array>, cid: Cid, maxBytes = 1_000_000) {
  const blockOf = (one: Cid) => {
    const bytes = blocks.get(formatCid(one))
    if (bytes === undefined) throw new EnergywebError('proof-invalid', `no block ${formatCid(one)}`)
    return bytes
  }
  const parts: Uint8Array[] = []
  for await (const part of readUnixFsFile(cid, blockOf, { maxBytes })) parts.push(part)
  return concatBytes(...parts)
}

const files = { 'a.json': randomBytes(10), empty: randomBytes(0), 'b.xml': randomBytes(29_999) }

describe('a CAR file', () => {
  test('is read again in pieces of any size: the same folder, the same files', async () => {
    const { bytes, root } = carOf(files)
    for (const piece of [1, 7, 1_000, bytes.length]) {
      const read = readAll(bytes, piece)
      expect(formatCid(read.root)).toBe(formatCid(root))
      const folder = readUnixFsFolder(read.blocks.get(formatCid(root)) ?? new Uint8Array(0))
      expect([...folder.keys()].sort()).toEqual(Object.keys(files).sort())
      for (const [name, cid] of folder) {
        const file = await fileIn(read.blocks, cid)
        expect(equalBytes(file, files[name as keyof typeof files])).toBe(true)
      }
    }
  })

  test('is refused with any bit changed, or the end cut off', () => {
    const { bytes } = carOf({ a: randomBytes(50), b: randomBytes(60) })
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 7 }), (at, bit) => {
        const bad = Uint8Array.from(bytes)
        bad[at] = (bad[at] ?? 0) ^ (1 << bit)
        // The root is only named in the header: that it is there is the caller's question.
        const isRoot = at < carHeader({ version: 1, codec: 'raw', digest: new Uint8Array(32) }).length
        if (isRoot) return
        expect(() => readAll(bad)).toThrow(refused)
      }),
      { numRuns: 500 },
    )
    // A cut at the border of two blocks is a shorter file, whose root is missing.
    expect(() => readAll(bytes.subarray(0, bytes.length - 1))).toThrow(refused)
    expect(() => readAll(new Uint8Array(0))).toThrow(refused)
  })

  test('that promises endless blocks, or is anything else, is refused without waiting for more', () => {
    const head = carHeader({ version: 1, codec: 'raw', digest: new Uint8Array(32) })
    for (const strange of [
      Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f),
      Uint8Array.of(0x80, 0x80, 0x80, 0x02),
      Uint8Array.of(0),
      concatBytes(head, Uint8Array.of(0xff, 0xff, 0xff, 0x7f)),
      concatBytes(head, Uint8Array.of(0)),
    ]) {
      expect(() => new CarReader(hashes).take(strange)).toThrow(refused)
    }
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), bytes => {
        expect(() => readAll(bytes)).toThrow(refused)
      }),
    )
  })
})

describe('a tree of blocks', () => {
  const put = (blocks: Map<string, Uint8Array>, bytes: Uint8Array): Cid => {
    const cid = { version: 1, codec: 'dag-pb', digest: sha256(bytes) } as const
    blocks.set(formatCid(cid), bytes)
    return cid
  }
  const node = (cids: readonly Cid[], partSizes: readonly number[], size: number) =>
    encodeDagNode({
      links: cids.map(cid => ({ cid, name: '', size: 1 })),
      data: encodeFileData({ content: new Uint8Array(0), size, partSizes }),
    })

  test('that grows by naming the same block again and again is not followed beyond what is taken', async () => {
    const blocks = new Map<string, Uint8Array>()
    const leaf = new Uint8Array(1_000)
    const raw = { version: 1, codec: 'raw', digest: sha256(leaf) } as const
    blocks.set(formatCid(raw), leaf)
    let [cid, size]: [Cid, number] = [raw, leaf.length]
    for (let level = 0; level < 6; level++) {
      cid = put(blocks, node(Array(100).fill(cid), Array(100).fill(size), size * 100))
      size *= 100
    }
    await expect(fileIn(blocks, cid, 1_000_000)).rejects.toThrow(refused)
  })

  test('that names nothing again and again on many levels is not followed at all', async () => {
    const blocks = new Map<string, Uint8Array>()
    let cid = put(blocks, node([], [], 0))
    for (let level = 0; level < 7; level++)
      cid = put(blocks, node(Array(1_000).fill(cid), Array(1_000).fill(0), 0))
    // 10^21 parts of no bytes, in eight blocks.
    await expect(fileIn(blocks, cid)).rejects.toThrow(refused)
  })

  test('that is too deep, or lies about its sizes, is refused', async () => {
    const blocks = new Map<string, Uint8Array>()
    let cid = put(blocks, node([], [], 0))
    for (let level = 0; level < 20; level++) cid = put(blocks, node([cid], [0], 0))
    await expect(fileIn(blocks, cid)).rejects.toThrow(refused)
    for (const lie of [node([], [], 5), node([], [1], 1), node([put(blocks, node([], [], 0))], [3], 3)]) {
      await expect(fileIn(blocks, put(blocks, lie))).rejects.toThrow(refused)
    }
  })
})

describe.skipIf(missingLibraries !== undefined)(named('CAR files of others', missingLibraries), () => {
  let libraries: Awaited<ReturnType<typeof unixFsLibraries>>
  beforeAll(async () => {
    libraries = await unixFsLibraries()
  })

  test('ours is read by IPFS’s own reader, and its files by its exporter', async () => {
    const { bytes, root } = carOf(files)
    const reader = await libraries.CarReader.fromBytes(bytes)
    const [named] = await reader.getRoots()
    expect(named.toString()).toBe(formatCid(root))
    const store = new libraries.MemoryBlockstore()
    for await (const block of reader.blocks()) await store.put(block.cid, block.bytes)
    for (const [name, content] of Object.entries(files)) {
      const file = await libraries.exporter(`${named}/${name}`, store)
      const parts: Uint8Array[] = []
      for await (const part of file.content()) parts.push(part)
      expect(equalBytes(concatBytes(...parts), content), name).toBe(true)
    }
  })

  test('theirs is read by us, to the byte', async () => {
    const { blocks, root, bytes } = carOf(files)
    const theirRoot = libraries.CID.decode(encodeCid(root))
    const { writer, out } = libraries.CarWriter.create([theirRoot])
    const chunks: Uint8Array[] = []
    const reading = (async () => {
      for await (const chunk of out) chunks.push(Uint8Array.from(chunk))
    })()
    for (const block of blocks) {
      await writer.put({ cid: libraries.CID.decode(encodeCid(block.cid)), bytes: block.bytes })
    }
    await writer.close()
    await reading
    expect(equalBytes(concatBytes(...chunks), bytes)).toBe(true)
    expect(readAll(concatBytes(...chunks)).blocks.size).toBe(blocks.length)
  })
})
