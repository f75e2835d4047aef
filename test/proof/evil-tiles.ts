import { concatBytes, toHex, utf8 } from '../../src/core/bytes.ts'
import { encodeBundle } from '../../src/proof/entry-bundle.ts'
import { leafHash } from '../../src/proof/merkle.ts'
import type { ProofFailure } from '../../src/proof/proof-failure.ts'

/** A path, or a file in hex with what it is asked for. */
export type TileExample = {
  readonly name: string
  readonly failure: ProofFailure | null
} & (
  | { readonly path: string }
  | { readonly tile: string; readonly width: number; readonly level?: number; readonly index?: number }
  | { readonly bundle: string; readonly width: number }
)

const hashes = ['one', 'two', 'three'].map(entry => leafHash(entry))
const tile = toHex(concatBytes(...hashes))
const bundle = toHex(encodeBundle(['one', 'two', 'three'].map(utf8)))

export function tileExamples(): readonly TileExample[] {
  return [
    { name: 'path of a full tile', failure: null, path: 'tile/0/x001/x234/067' },
    { name: 'path of a partial bundle', failure: null, path: 'tile/entries/005.p/17' },
    { name: 'leading zeros in a path', failure: 'tile-path-invalid', path: 'tile/00/005' },
    { name: 'a full width in a path', failure: 'tile-path-invalid', path: 'tile/0/005.p/256' },
    { name: 'a width of none in a path', failure: 'tile-path-invalid', path: 'tile/0/005.p/0' },
    { name: 'groups of zeros in a path', failure: 'tile-path-invalid', path: 'tile/0/x000/005' },
    { name: 'the way up in a path', failure: 'tile-path-invalid', path: 'tile/0/../../checkpoint' },
    { name: 'line feed behind a path', failure: 'tile-path-invalid', path: 'tile/0/005\n' },
    { name: 'huge index in a path', failure: 'tile-path-invalid', path: `tile/0/${'x999/'.repeat(6)}999` },
    { name: 'a tile of three hashes', failure: null, tile, width: 3 },
    { name: 'a node of two of them', failure: null, tile, width: 3, level: 1, index: 0 },
    { name: 'a tile of more hashes than it must have', failure: 'tile-length', tile, width: 2 },
    { name: 'a tile cut within a hash', failure: 'tile-length', tile: tile.slice(2), width: 3 },
    { name: 'an empty tile', failure: 'tile-length', tile: '', width: 1 },
    { name: 'a node beyond the tile', failure: 'tile-node-missing', tile, width: 3, level: 1, index: 1 },
    { name: 'a bundle of three entries', failure: null, bundle, width: 3 },
    { name: 'a bundle with an entry too many', failure: 'bundle-length', bundle, width: 2 },
    { name: 'a bundle with an entry too few', failure: 'bundle-length', bundle, width: 4 },
    { name: 'a bundle cut within an entry', failure: 'bundle-length', bundle: bundle.slice(0, -2), width: 3 },
    { name: 'a bundle cut within a length', failure: 'bundle-length', bundle: '00', width: 1 },
    { name: 'an entry longer than the bundle', failure: 'bundle-length', bundle: 'ffff00', width: 1 },
  ]
}
