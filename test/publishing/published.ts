import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { equalBytes } from '../../src/core/bytes.ts'
import { verifyCheckpoint } from '../../src/proof/checkpoint.ts'
import { parseBundle } from '../../src/proof/entry-bundle.ts'
import { frontierRoot, leafHash, merkleRoot } from '../../src/proof/merkle.ts'
import { frontierOf } from '../../src/proof/merkle-proof.ts'
import { parseTile, tileNodes } from '../../src/proof/tile-bytes.ts'
import { bundlePath, bundleWidth, fullWidth, tilePath, widthOf } from '../../src/proof/tiles.ts'
import { parseVerifierKey } from '../../src/proof/verifier-key.ts'
import { keyText } from './support.ts'

/** A file as a client of such a log reads it: a partial one may have given way to the full one. */
function read(folder: string, path: (width: number) => string, width: number): Uint8Array {
  const partial = join(folder, path(width))
  return existsSync(partial) ? readFileSync(partial) : readFileSync(join(folder, path(fullWidth)))
}

/** Root by the tiles and root by the bundles of a published folder, and the signed one. */
export function rootsOf(folder: string) {
  const note = readFileSync(join(folder, 'checkpoint'), 'utf8')
  const { size, root } = verifyCheckpoint(note, [parseVerifierKey(keyText())])
  const node = tileNodes((level, index) => {
    const width = widthOf({ level, index }, size)
    const bytes = read(folder, wide => tilePath({ level, index, width: wide }), width)
    return parseTile(bytes, bytes.length / 32).slice(0, width)
  })
  const leaves: Uint8Array[] = []
  for (let index = 0; bundleWidth(index, size) > 0; index++) {
    const width = bundleWidth(index, size)
    const isPartial = existsSync(join(folder, bundlePath({ index, width })))
    const bytes = read(folder, wide => bundlePath({ index, width: wide }), width)
    const entries = parseBundle(bytes, isPartial ? width : fullWidth).slice(0, width)
    leaves.push(...entries.map(entry => leafHash(entry)))
  }
  return { size, signed: root, ofTiles: frontierRoot(frontierOf(size, node)), ofEntries: merkleRoot(leaves) }
}

/** Fails unless everything that the published checkpoint needs is there and gives its root. */
export function expectSound(folder: string, size: number): void {
  const roots = rootsOf(folder)
  expect(roots.size).toBe(size)
  expect(equalBytes(roots.ofTiles, roots.signed)).toBe(true)
  expect(equalBytes(roots.ofEntries, roots.signed)).toBe(true)
}
