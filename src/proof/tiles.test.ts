import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isEnergywebError } from '../core/errors.ts'
import { encodeBundle, parseBundle } from './entry-bundle.ts'
import { type Hashes, nobleHashes } from './hashes.ts'
import { frontierRoot, leafHash, merkleRoot } from './merkle.ts'
import { consistencyPath, frontierOf, inclusionPath } from './merkle-proof.ts'
import { type ProofFailure, proofFailure } from './proof-failure.ts'
import { encodeTile, parseTile, tileNodes } from './tile-bytes.ts'
import {
  bundlePath,
  bundleWidth,
  edgeTiles,
  filledBetween,
  hashesAt,
  parseTilePath,
  tileLevels,
  tilePath,
  tilesBetween,
  widthOf,
} from './tiles.ts'
import { verifyConsistency } from './verify-consistency.ts'
import { verifyInclusion } from './verify-inclusion.ts'

function failureOf(attempt: () => unknown): ProofFailure | undefined {
  try {
    attempt()
    return undefined
  } catch (error) {
    expect(isEnergywebError(error, 'proof-invalid')).toBe(true)
    return proofFailure(error)
  }
}

describe('paths', () => {
  test.each([
    [{ level: 0, index: 1_234_067, width: 256 }, 'tile/0/x001/x234/067'],
    [{ level: 0, index: 5, width: 256 }, 'tile/0/005'],
    [{ level: 0, index: 273, width: 112 }, 'tile/0/273.p/112'],
    [{ level: 1, index: 1, width: 17 }, 'tile/1/001.p/17'],
    [{ level: 2, index: 0, width: 1 }, 'tile/2/000.p/1'],
    [{ level: 63, index: 1000, width: 255 }, 'tile/63/x001/000.p/255'],
    [{ level: 0, index: 999, width: 256 }, 'tile/0/999'],
    [{ level: 0, index: Number.MAX_SAFE_INTEGER, width: 1 }, 'tile/0/x009/x007/x199/x254/x740/991.p/1'],
  ])('%j is %s', (tile, path) => {
    expect(tilePath(tile)).toBe(path)
    expect(parseTilePath(path)).toEqual(tile)
  })

  test('bundles stand under entries', () => {
    expect(bundlePath({ index: 1_234_067, width: 8 })).toBe('tile/entries/x001/x234/067.p/8')
    expect(parseTilePath('tile/entries/x001/x234/067.p/8')).toEqual({
      level: 'entries',
      index: 1_234_067,
      width: 8,
    })
    expect(parseTilePath('tile/entries/000')).toEqual({ level: 'entries', index: 0, width: 256 })
  })

  test.each([
    'tile/0/5',
    'tile/0/0005',
    'tile/0/x000/005',
    'tile/00/005',
    'tile/64/005',
    'tile/0/005.p/0',
    'tile/0/005.p/256',
    'tile/0/005.p/01',
    'tile/0/../005',
    'tile/0/005/',
    '/tile/0/005',
    'tile/0/x005',
    'tile/0/x999/x999/x999/x999/x999/999',
    'tile/entries/x000/001',
    'tile/data/000',
    '',
  ])('%j is the path of nothing', path => {
    expect(failureOf(() => parseTilePath(path))).toBe('tile-path-invalid')
  })

  test.each([
    { level: -1, index: 0, width: 1 },
    { level: 0.5, index: 0, width: 1 },
    { level: 0, index: -1, width: 1 },
    { level: 0, index: 2 ** 53, width: 1 },
    { level: 0, index: 0, width: 0 },
    { level: 0, index: 0, width: 257 },
    { level: 0, index: 0, width: 1.5 },
  ])('%j has no path', tile => {
    expect(failureOf(() => tilePath(tile))).toBe('tile-path-invalid')
  })
})

describe('which tiles a tree has', () => {
  test('70,000 entries: 273 full tiles and 112 hashes, one full and 17, then one hash', () => {
    expect([0, 1, 2, 3].map(level => hashesAt(level, 70_000))).toEqual([70_000, 273, 1, 0])
    expect(edgeTiles(70_000).map(tilePath)).toEqual(['tile/0/273.p/112', 'tile/1/001.p/17', 'tile/2/000.p/1'])
    expect([...tilesBetween(0, { from: 0, to: 70_000 })]).toHaveLength(274)
    expect(tileLevels(70_000)).toBe(3)
  })

  test('256 entries: a full tile and the hash of it; none: nothing', () => {
    expect(edgeTiles(256).map(tilePath)).toEqual(['tile/1/000.p/1'])
    expect(edgeTiles(0)).toEqual([])
    expect(tileLevels(0)).toBe(0)
    expect(widthOf({ level: 0, index: 1 }, 256)).toBe(0)
    expect(bundleWidth(0, 255)).toBe(255)
  })

  test('growth needs the tiles that are new or wider, and fills some', () => {
    expect([...tilesBetween(0, { from: 250, to: 520 })].map(tilePath)).toEqual([
      'tile/0/000',
      'tile/0/001',
      'tile/0/002.p/8',
    ])
    expect([...filledBetween(0, { from: 250, to: 520 })].map(tilePath)).toEqual(['tile/0/000', 'tile/0/001'])
    expect([...tilesBetween(1, { from: 512, to: 700 })]).toEqual([])
  })
})

describe('what is in the files', () => {
  const hashes = Array.from({ length: 256 }, (_, i) => leafHash(`entry ${i}`))

  test('a tile holds exactly its hashes', () => {
    expect(parseTile(encodeTile(hashes), 256)).toEqual(hashes)
    expect(encodeTile(hashes)).toHaveLength(8_192)
    expect(failureOf(() => parseTile(encodeTile(hashes), 255))).toBe('tile-length')
    expect(failureOf(() => parseTile(encodeTile(hashes).subarray(1), 256))).toBe('tile-length')
    expect(failureOf(() => parseTile(new Uint8Array(0), 1))).toBe('tile-length')
  })

  test('a bundle holds each entry behind its length', () => {
    const entries = [Uint8Array.of(1, 2, 3), new Uint8Array(0), new Uint8Array(65_535).fill(7)]
    const bytes = encodeBundle(entries)
    expect([...bytes.subarray(0, 9)]).toEqual([0, 3, 1, 2, 3, 0, 0, 255, 255])
    expect(parseBundle(bytes, 3)).toEqual(entries)
    expect(() => encodeBundle([new Uint8Array(65_536)])).toThrow(/65536 bytes fits no bundle/)
  })

  test.each([
    ['cut in an entry', (bytes: Uint8Array) => bytes.subarray(0, -1), 2],
    ['cut before an entry', (bytes: Uint8Array) => bytes.subarray(0, 5), 2],
    ['cut in a length', (bytes: Uint8Array) => bytes.subarray(0, 6), 2],
    ['empty', () => new Uint8Array(0), 2],
    ['an entry too many', (bytes: Uint8Array) => bytes, 1],
    ['an entry too few', (bytes: Uint8Array) => bytes, 3],
  ])('a bundle that is wrong: %s', (_, change, width) => {
    const bytes = encodeBundle([Uint8Array.of(1, 2, 3), Uint8Array.of(4)])
    expect(failureOf(() => parseBundle(change(bytes), width))).toBe('bundle-length')
  })

  test('any bytes are a bundle of that width, or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.integer({ min: 1, max: 6 }), (bytes, width) => {
        try {
          expect(encodeBundle(parseBundle(bytes, width))).toEqual(Uint8Array.from(bytes))
        } catch (error) {
          expect(proofFailure(error)).toBe('bundle-length')
        }
      }),
    )
  })
})

/** Several times as fast as the portable ones. */
const hashes: Hashes = { ...nobleHashes, sha256: bytes => createHash('sha256').update(bytes).digest() }
const rootOf = (leaves: readonly Uint8Array[]) => merkleRoot(leaves, hashes)

/** All tiles of a tree, by their paths without widths. */
function tilesOf(leaves: readonly Uint8Array[]): (level: number, index: number) => readonly Uint8Array[] {
  const levels: Uint8Array[][] = [[...leaves]]
  for (let level = 0; (levels[level]?.length ?? 0) >= 256; level++) {
    const below = levels[level] ?? []
    levels.push(
      Array.from({ length: Math.floor(below.length / 256) }, (_, i) =>
        rootOf(below.slice(256 * i, 256 * i + 256)),
      ),
    )
  }
  return (level, index) => levels[level]?.slice(256 * index, 256 * index + 256) ?? []
}

describe('proofs out of tiles alone', () => {
  const all = Array.from({ length: 70_000 }, (_, i) => leafHash(String(i), hashes))
  const nodesAt = (size: number) => tileNodes(tilesOf(all.slice(0, size)), hashes)

  test.each([1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 70_000])(
    'the tiles of %i entries give their root',
    size => {
      expect(frontierRoot(frontierOf(size, nodesAt(size)), hashes)).toEqual(rootOf(all.slice(0, size)))
    },
  )

  test('inclusion and consistency hold', () => {
    const sizes = fc.integer({ min: 1, max: 3_000 })
    fc.assert(
      fc.property(sizes, sizes, fc.nat(), (a, b, seed) => {
        const [from, size] = a < b ? [a, b] : [b, a]
        const node = nodesAt(size)
        const root = rootOf(all.slice(0, size))
        const index = seed % size
        const leaf = all[index] ?? new Uint8Array(32)
        const path = inclusionPath({ index, size }, node)
        expect(verifyInclusion({ index, size, leaf, path, root })).toBe(true)
        const fromRoot = rootOf(all.slice(0, from))
        const consistency = consistencyPath({ from, to: size }, node)
        expect(verifyConsistency({ from, to: size, path: consistency, fromRoot, toRoot: root })).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  test('a node beyond the tree is refused', () => {
    expect(failureOf(() => nodesAt(300)(0, 300))).toBe('tile-node-missing')
    expect(failureOf(() => nodesAt(300)(1, 150))).toBe('tile-node-missing')
    expect(failureOf(() => nodesAt(300)(8, 1))).toBe('tile-node-missing')
  })
})
