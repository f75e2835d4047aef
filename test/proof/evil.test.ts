import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fromHex, toHex } from '../../src/core/bytes.ts'
import { verifyCheckpoint } from '../../src/proof/checkpoint.ts'
import { successionFailure } from '../../src/proof/checkpoint-succession.ts'
import { verifyCosignatures } from '../../src/proof/cosignature.ts'
import { parseAnyVerifierKey } from '../../src/proof/ecdsa-key.ts'
import { parseBundle } from '../../src/proof/entry-bundle.ts'
import { disclosedDocumentRoot, readCanonicalField, verifyFieldProof } from '../../src/proof/field-proofs.ts'
import { leafHash } from '../../src/proof/merkle.ts'
import { type ProofFailure, proofFailure, proofFailures } from '../../src/proof/proof-failure.ts'
import { verifyNote } from '../../src/proof/signed-note.ts'
import { parseTile, tileNodes } from '../../src/proof/tile-bytes.ts'
import { parseTilePath } from '../../src/proof/tiles.ts'
import { consistencyFailure } from '../../src/proof/verify-consistency.ts'
import { inclusionFailure, verifyInclusion } from '../../src/proof/verify-inclusion.ts'
import type { SuccessionExample } from './evil-checkpoints.ts'
import { exampleStructure, type FieldExample, fromJson } from './evil-fields.ts'
import type { KeyExample, NoteExample } from './evil-notes.ts'
import type { ConsistencyExample, InclusionExample } from './evil-paths.ts'
import type { TileExample } from './evil-tiles.ts'

function examplesIn<Example>(name: string): readonly Example[] {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'evil', `${name}.json`), 'utf8'))
}

/** The failure of what is thrown; anything that is thrown without one is a defect. */
function thrown(deed: () => unknown): ProofFailure | null {
  try {
    deed()
    return null
  } catch (error) {
    const failure = proofFailure(error)
    if (failure === undefined) throw error
    return failure
  }
}

const noteText = ({ note }: NoteExample) =>
  note.map(part => (typeof part === 'string' ? part : part.of.repeat(part.times))).join('')
const keysOf = ({ keys }: NoteExample) => keys.map(key => parseAnyVerifierKey(key))
const bytes = (hashes: readonly string[]) => hashes.map(hash => fromHex(hash))

const inclusions = examplesIn<InclusionExample>('inclusion')
const consistencies = examplesIn<ConsistencyExample>('consistency')
const keys = examplesIn<KeyExample>('keys')
const notes = examplesIn<NoteExample>('notes')
const checkpoints = examplesIn<NoteExample>('checkpoints')
const successions = examplesIn<SuccessionExample>('successions')
const cosignatures = examplesIn<NoteExample>('cosignatures')
const tiles = examplesIn<TileExample>('tiles')
const fields = examplesIn<FieldExample>('fields')

describe('each hostile example is refused by its own code, and each good one is not', () => {
  test.each(inclusions)('inclusion: $name', ({ failure, leaf, entry, path, root, ...place }) => {
    const hash = entry === undefined ? fromHex(leaf ?? '') : leafHash(fromHex(entry))
    const claim = { ...place, leaf: hash, path: bytes(path), root: fromHex(root) }
    expect(inclusionFailure(claim) ?? null).toBe(failure)
    expect(verifyInclusion(claim)).toBe(failure === null)
  })

  test.each(consistencies)('consistency: $name', ({ failure, path, fromRoot, toRoot, ...sizes }) => {
    const claim = { ...sizes, path: bytes(path), fromRoot: fromHex(fromRoot), toRoot: fromHex(toRoot) }
    expect(consistencyFailure(claim) ?? null).toBe(failure)
  })

  test.each(keys)('key: $name', ({ failure, key }) => {
    expect(thrown(() => parseAnyVerifierKey(key))).toBe(failure)
  })

  test.each(notes)('note: $name', example => {
    expect(thrown(() => verifyNote(noteText(example), keysOf(example)))).toBe(example.failure)
  })

  test.each(checkpoints)('checkpoint: $name', example => {
    expect(thrown(() => verifyCheckpoint(noteText(example), keysOf(example)))).toBe(example.failure)
  })

  test.each(successions)('succession: $name', ({ failure, known, next, path }) => {
    const of = ({ root, ...rest }: typeof known) => ({ ...rest, root: fromHex(root), extensions: [] })
    const claim = { known: of(known), next: of(next), path: bytes(path) }
    expect(successionFailure(claim) ?? null).toBe(failure)
  })

  test.each(tiles)('tile: $name', example => {
    const read = () => {
      if ('path' in example) return parseTilePath(example.path)
      if ('bundle' in example) return parseBundle(fromHex(example.bundle), example.width)
      const hashes = parseTile(fromHex(example.tile), example.width)
      return tileNodes(() => hashes)(example.level ?? 0, example.index ?? 0)
    }
    expect(thrown(read)).toBe(example.failure)
  })

  test.each(fields)('field: $name', example => {
    if ('text' in example) {
      expect(thrown(() => readCanonicalField(example.text, example.type))).toBe(example.failure)
    } else if ('proof' in example) {
      const { proof, root, keys: names } = example
      const expected = { root: fromHex(root), ...(names && { keys: names }) }
      expect(thrown(() => verifyFieldProof(proof, expected))).toBe(example.failure)
    } else {
      const shown = Object.fromEntries(
        Object.entries(example.shown).map(([name, { value, salt }]) => [
          name,
          { value: fromJson(value), salt },
        ]),
      )
      const disclosure = { shown, hidden: bytes(example.hidden), outline: example.outline }
      const root = () => toHex(disclosedDocumentRoot(disclosure, exampleStructure))
      // A disclosure leads to a root of its own: that it is not the document's is for whoever compares.
      const differs = example.failure === 'field-not-in-document'
      expect(thrown(root)).toBe(differs ? null : example.failure)
      if (differs || example.failure === null) expect(root() === example.root).toBe(!differs)
    }
  })

  test.each(cosignatures)('cosignature: $name', example => {
    expect(thrown(() => verifyCosignatures(noteText(example), keysOf(example)))).toBe(example.failure)
  })
})

test('there is a hostile example of every code of the list, and none of a code that is not in it', () => {
  const all = [
    inclusions,
    consistencies,
    keys,
    notes,
    checkpoints,
    successions,
    cosignatures,
    tiles,
    fields,
  ].flat()
  const found = new Set(all.map(({ failure }) => failure).filter(failure => failure !== null))
  expect([...found].sort()).toEqual([...proofFailures].sort())
})
