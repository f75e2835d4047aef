import { createHash, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { formatCid } from '../../src/core/any-cid.ts'
import type { Block } from '../../src/proof/ipfs/unixfs-file.ts'
import { UnixFsFile, type UnixFsProfile, unixFsProfiles } from '../../src/proof/ipfs/unixfs-file.ts'
import { unixFsFolder } from '../../src/proof/ipfs/unixfs-folder.ts'
import { named } from '../storage/machine.ts'
import { missingLibraries, unixFsLibraries } from './libraries.ts'

// The judge is the importer that IPFS's own JavaScript nodes use.

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
const hashes = { sha256 }
const profiles = ['unixfs-v0-2015', 'unixfs-v1-2025'] as const

describe.skipIf(missingLibraries !== undefined)(named('CIDs of files', missingLibraries), () => {
  let libraries: Awaited<ReturnType<typeof unixFsLibraries>>
  beforeAll(async () => {
    libraries = await unixFsLibraries()
  })

  /** What the importer makes of the pieces: the root, and how many blocks. */
  async function theirs(pieces: readonly Uint8Array[], profile: UnixFsProfile, name?: string) {
    const store = new libraries.MemoryBlockstore()
    const path = name === undefined ? {} : { path: name }
    const options = { profile, wrapWithDirectory: name !== undefined, reduceSingleLeafToSelf: true }
    let last: { cid: { toString(): string }; size: bigint } | undefined
    for await (const one of libraries.importer([{ ...path, content: pieces }], store, options)) last = one
    let blocks = 0
    for await (const _ of store.getAll()) blocks += 1
    return { cid: String(last?.cid), blocks, total: Number(last?.size) }
  }

  function ours(pieces: readonly Uint8Array[], profile: UnixFsProfile) {
    const blocks = new Map<string, Block>()
    const file = new UnixFsFile({
      profile,
      hashes,
      onBlock: block => blocks.set(formatCid(block.cid), block),
    })
    for (const piece of pieces) file.write(piece)
    const { cid, total } = file.finish()
    return { cid: formatCid(cid), blocks: blocks.size, total, kept: blocks, link: cid }
  }

  const k = 262_144
  test.each([0, 1, 100, 127, 128, 16_383, 16_384, k - 1, k, k + 1, 2 * k, 4 * k - 1, 4 * k, 4 * k + 1])(
    'a file of %d bytes has the CID, the blocks and the size that the importer gives it',
    async size => {
      const bytes = randomBytes(size)
      for (const profile of profiles) {
        const { kept: _, link: __, ...made } = ours([bytes], profile)
        expect(made, profile).toEqual(await theirs([bytes], profile))
      }
    },
  )

  // 174 chunks of 256 KiB are 43.5 MiB: the same piece again and again, so that the test stays small.
  test.each([174, 175, 2 * 174, 2 * 174 + 1])(
    'so has one of %d chunks of profile v0',
    async chunks => {
      const pieces = Array.from({ length: chunks }, (_, i) => new Uint8Array(k).fill(i % 2))
      const { kept: _, link: __, ...made } = ours(pieces, 'unixfs-v0-2015')
      expect(made).toEqual(await theirs(pieces, 'unixfs-v0-2015'))
    },
    120_000,
  )

  test('any bytes in any pieces have the CID of the importer', async () => {
    const pieces = fc.array(fc.integer({ min: 0, max: 200_000 }), { minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(pieces, fc.constantFrom(...profiles), async (sizes, profile) => {
        const given = sizes.map(size => randomBytes(size))
        const { kept: _, link: __, ...made } = ours(given, profile)
        // The importer takes no empty pieces.
        const full = given.filter(piece => piece.length > 0)
        expect(made).toEqual(await theirs(full, profile))
      }),
      { numRuns: 40 },
    )
  }, 120_000)

  test('so have trees of many levels, where chunks are small and nodes narrow', async () => {
    const shape = { size: fc.integer({ min: 0, max: 400 }), chunk: fc.integer({ min: 1, max: 9 }) }
    const rules = fc.record({ ...shape, width: fc.integer({ min: 2, max: 4 }), rawLeaves: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(rules, async ({ size, chunk, width, rawLeaves }) => {
        const bytes = randomBytes(size)
        const version = rawLeaves ? 1 : 0
        const store = new libraries.MemoryBlockstore()
        const options = {
          chunker: libraries.fixedSize({ chunkSize: chunk }),
          layout: libraries.balanced({ maxChildrenPerNode: width }),
          ...{ rawLeaves, cidVersion: version, reduceSingleLeafToSelf: true },
        }
        const content = size === 0 ? [] : [bytes]
        let root = ''
        for await (const { cid } of libraries.importer([{ content }], store, options)) root = String(cid)
        const file = new UnixFsFile({ hashes, profile: { version, chunk, width, rawLeaves } })
        file.write(bytes)
        expect(formatCid(file.finish().cid)).toBe(root)
      }),
      { numRuns: 300 },
    )
  })

  test('a folder of one file has the CID of the importer', async () => {
    for (const profile of profiles) {
      const bytes = randomBytes(1_000)
      const { link, total } = ours([bytes], profile)
      const { version } = unixFsProfiles[profile]
      const folder = unixFsFolder([{ cid: link, name: 'a.json', size: total }], { hashes, version })
      expect(formatCid(folder.block.cid)).toBe((await theirs([bytes], profile, 'a.json')).cid)
      expect(folder.link.size).toBe((await theirs([bytes], profile, 'a.json')).total)
    }
  })
})
