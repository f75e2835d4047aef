import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { faultOf, follow, published } from '../../test/publishing/following.ts'
import { chainedEntries, publishTexts } from '../../test/publishing/made-log.ts'
import { temporaryFolder } from '../../test/storage/support.ts'
import { encodeBundle, parseBundle } from '../proof/entry-bundle.ts'
import { type FollowFaultKind, followFaults } from './follow-fault.ts'

/** A log of 258 bundles, tiles on three levels: 66,000 entries. */
const folder = mkdtempSync(join(tmpdir(), 'energyweb-published-'))
beforeAll(async () => {
  await publishTexts(chainedEntries(66_000), folder)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Change = (bytes: Buffer) => Uint8Array | undefined

const flip =
  (at: number): Change =>
  bytes =>
    bytes.map((byte, i) => (i === at ? byte ^ 1 : byte))
const entries =
  (change: (all: Uint8Array[]) => Uint8Array[]): Change =>
  bytes =>
    encodeBundle(change([...parseBundle(bytes, 256)]))
const gone: Change = () => undefined
const cut =
  (length: number): Change =>
  bytes =>
    bytes.subarray(0, length)
const longer: Change = bytes => Buffer.concat([bytes, Buffer.alloc(32)])

function exchanged<Item>(items: readonly Item[], a: number, b: number): Item[] {
  return items.map((item, i) => (i === a ? items[b] : i === b ? items[a] : item) ?? item)
}

const cases: readonly (readonly [string, string, Change, FollowFaultKind, number | undefined])[] = [
  ['a bit of an entry', 'tile/entries/002', flip(300), 'entry-hash', 513],
  ['a bit of an entry of the last bundle', 'tile/entries/257.p/208', flip(300), 'entry-hash', 65_793],
  ['a bit of a leaf hash', 'tile/0/003', flip(40), 'tile-hash', 769],
  ['a bit of the last leaf hashes', 'tile/0/257.p/208', flip(40), 'tile-hash', 65_793],
  ['a bit of the tile above', 'tile/1/000', flip(70), 'tile-hash', 512],
  ['a bit of the last tile above', 'tile/1/001.p/1', flip(0), 'tile-hash', 65_536],
  ['a bit of the tile on top', 'tile/2/000.p/1', flip(9), 'tile-hash', 0],
  ['a bit of the checkpoint', 'checkpoint', flip(30), 'checkpoint-invalid', undefined],
  [
    'an entry that was taken out',
    'tile/entries/002',
    entries(all => all.toSpliced(7, 1)),
    'file-malformed',
    undefined,
  ],
  [
    'two entries that changed places',
    'tile/entries/002',
    entries(all => exchanged(all, 7, 9)),
    'entry-hash',
    519,
  ],
  ['a tail that was cut', 'tile/entries/257.p/208', cut(9_000), 'file-malformed', undefined],
  ['a tile that was cut', 'tile/0/003', cut(8_191), 'file-malformed', undefined],
  ['a tile that is too long', 'tile/0/003', longer, 'file-malformed', undefined],
  ['a bundle that is gone', 'tile/entries/002', gone, 'file-missing', undefined],
  ['a last tile that is gone', 'tile/0/257.p/208', gone, 'file-missing', undefined],
]

test.each(cases)('%s is found and named', async (_, path, change, fault, index) => {
  const sound = readFileSync(join(folder, path))
  const changed = change(sound)
  if (changed === undefined) rmSync(join(folder, path))
  else writeFileSync(join(folder, path), changed)
  const found = await faultOf(follow(folder, temporaryFolder()))
  writeFileSync(join(folder, path), sound)
  expect(found).toMatchObject({ fault, place: { path, ...(index !== undefined && { index }) } })
})

test('entries and their hashes that were changed alike do not fit what was signed', async () => {
  const [sound, other] = [temporaryFolder(), temporaryFolder()]
  await publishTexts(chainedEntries(600), sound)
  await publishTexts(chainedEntries(600, 3), other)
  for (const path of ['tile/0/001', 'tile/entries/001']) cpSync(join(other, path), join(sound, path))
  expect(await faultOf(follow(sound, temporaryFolder()))).toMatchObject({
    fault: 'root-differs',
    place: { index: 256 },
  })
  cpSync(join(other, 'tile'), join(sound, 'tile'), { recursive: true })
  expect(await faultOf(follow(sound, temporaryFolder()))).toMatchObject({ fault: 'root-differs' })
})

test('any bit of any file: nothing passes', async () => {
  const small = temporaryFolder()
  await publishTexts(chainedEntries(600), small)
  const paths = published(small)
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.nat(), fc.nat({ max: 7 }), async (file, byte, bit) => {
      const path = join(small, paths[file % paths.length] ?? '')
      const sound = readFileSync(path)
      writeFileSync(
        path,
        sound.map((value, i) => (i === byte % sound.length ? value ^ (1 << bit) : value)),
      )
      const { fault } = await faultOf(follow(small, temporaryFolder()))
      writeFileSync(path, sound)
      expect(followFaults).toContain(fault)
    }),
    { numRuns: 60 },
  )
})
