import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { preciseProofs } from '../../test/support/precise-proofs.ts'
import { fromHex, toHex, utf8 } from '../core/bytes.ts'
import { canonicalField } from './canonical-field.ts'
import { discloseFields } from './disclosure.ts'
import { fieldCommitment, fieldHash, fieldLeaves, fieldSalt, pairwiseRoot, planFields } from './field-tree.ts'
import { flattenDocument } from './flatten-document.ts'
import { guessedBytes } from './guessed-type.ts'
import { makeFieldProof } from './precise-proof.ts'
import { defineStructure } from './structure.ts'
import { commitDocument, discloseDocument } from './structured-document.ts'

/** The blocks of JSON in docs/field-proofs.md: a worked example, and one of a document with depth. */
const page = readFileSync(new URL('../../docs/field-proofs.md', import.meta.url), 'utf8')
const [flat = {}, deep = {}] = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text]) =>
  JSON.parse(text ?? ''),
)

const seed = Uint8Array.from({ length: 32 }, (_, i) => i)
const hex = (bytes: Uint8Array) => `0x${toHex(bytes)}`

test('the worked example of docs/field-proofs.md is what comes out', () => {
  const plan = planFields({
    name: 'vector/1',
    fields: { meterId: 'text', energyWh: 'integer', active: 'flag' },
  })
  const document = { meterId: 'M-1', energyWh: 1234n, active: true }
  const disclosure = discloseFields(document, { plan, seed, fields: ['energyWh'] })
  expect(flat).toEqual({
    document: { meterId: 'M-1', energyWh: '1234', active: true },
    seed: hex(seed),
    tree: plan.fields.map(({ name, nameBytes }) => {
      const value = canonicalField(document[name as keyof typeof document])
      const salt = fieldSalt(seed, nameBytes)
      return {
        name,
        canonical: value,
        hashed: hex(guessedBytes(value)),
        salt,
        leaf: hex(fieldHash(nameBytes, { value, salt })),
      }
    }),
    root: hex(pairwiseRoot(fieldLeaves(document, { plan, seed }))),
    schemaHash: hex(plan.schemaHash),
    commitment: hex(fieldCommitment(document, { plan, seed })),
    shown: { energyWh: { value: '1234', salt: disclosure.shown.energyWh?.salt } },
    hidden: disclosure.hidden.map(hex),
    proof: makeFieldProof(document, { plan, seed, field: 'energyWh' }),
  })
})

test('and it is what ew-precise-proofs-js makes of the same salts', () => {
  const salts = flat.tree.map(({ salt }: { salt: string }) => salt)
  const leaves = preciseProofs.createLeafs({ meterId: 'M-1', energyWh: 1234, active: true }, salts)
  expect(preciseProofs.createProof('energyWh', leaves, true)).toEqual(flat.proof)
  expect(preciseProofs.verifyProof(flat.commitment, flat.proof, ['meterId', 'energyWh', 'active'])).toBe(true)
})

test('the example of a document with depth is what comes out', () => {
  const structure = defineStructure('plant/1', {
    plant: 'text',
    inverters: [{ serial: 'text', energy: 'integer' }],
    owner: { name: 'text' },
  })
  const document = {
    plant: 'roof',
    inverters: [
      { serial: 'A-1', energy: 5 },
      { serial: 'A-2', energy: 7 },
    ],
    owner: null,
  }
  const { fields, outline } = flattenDocument(structure, document)
  const { shown, hidden } = discloseDocument(document, { structure, seed, paths: ['inverters/1/energy'] })
  const asText = (value: unknown) => (typeof value === 'bigint' ? String(value) : value)
  expect(deep).toEqual({
    document,
    outline,
    fields: Object.fromEntries(Object.entries(fields).map(([path, value]) => [path, asText(value)])),
    commitment: hex(commitDocument(document, { structure, seed })),
    shown: Object.fromEntries(
      Object.entries(shown).map(([path, { value, salt }]) => [path, { value: asText(value), salt }]),
    ),
    hidden: hidden.map(hex),
  })
  expect(fromHex(deep.commitment)).toHaveLength(32)
  expect(utf8(page).length).toBeGreaterThan(0)
})
