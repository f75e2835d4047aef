import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toHex } from '../core/bytes.ts'
import { type Document, schemas } from '../core/document.ts'
import { isEnergywebError } from '../core/errors.ts'
import { fieldCommitment, planFields } from './field-tree.ts'
import { flattenDocument, type Json } from './flatten-document.ts'
import { planStructure } from './plan-structure.ts'
import { type ProofFailure, proofFailure } from './proof-failure.ts'
import { defineStructure, mostValues, type Outline, type Shape, type Structure } from './structure.ts'
import {
  commitDocument,
  type DocumentDisclosure,
  discloseDocument,
  disclosedDocumentRoot,
} from './structured-document.ts'

const seed = Uint8Array.from({ length: 32 }, (_, i) => i * 7)
const refusal = (failure: ProofFailure) => expect.toSatisfy(error => proofFailure(error) === failure)
const bad = expect.toSatisfy((error: unknown) => isEnergywebError(error, 'document-invalid'))

const plant = defineStructure('plant/1', {
  plant: 'text',
  'a/b~c': 'flag',
  inverters: [{ serial: 'text', energy: 'integer', strings: ['integer'] }],
  owner: { name: 'text', since: 'text' },
})
const document = {
  plant: 'roof',
  'a/b~c': true,
  inverters: [
    { serial: 'A-1', energy: 5, strings: [1, 2n, null] },
    { serial: 'A-2', energy: -7n, strings: [] },
    null,
  ],
  owner: null,
}
const root = toHex(commitDocument(document, { structure: plant, seed }))

describe('a document of any depth', () => {
  test('is written as fields by their paths', () => {
    expect(flattenDocument(plant, document)).toEqual({
      fields: {
        plant: 'roof',
        'a~1b~0c': true,
        'inverters/-': 3n,
        'inverters/0/serial': 'A-1',
        'inverters/0/energy': 5n,
        'inverters/0/strings/-': 3n,
        'inverters/0/strings/0': 1n,
        'inverters/0/strings/1': 2n,
        'inverters/0/strings/2': null,
        'inverters/1/serial': 'A-2',
        'inverters/1/energy': -7n,
        'inverters/1/strings/-': 0n,
        'inverters/2': null,
        owner: null,
      },
      outline: {
        inverters: 3,
        'inverters/0/strings': 3,
        'inverters/1/strings': 0,
        'inverters/2': null,
        owner: null,
      },
    })
  })

  test('has the commitment of a flat one when it is flat', () => {
    const note: Document = { by: 'me', text: 'x' }
    const structure: Structure = { name: schemas.note.name, shape: schemas.note.fields }
    const flat = fieldCommitment(note, { plan: planFields(schemas.note), seed })
    expect(commitDocument({ by: 'me', text: 'x' }, { structure, seed })).toEqual(flat)
  })

  test.each<[string, RegExp, Json]>([
    ['something that is no object', /it must be an object, not a list/, []],
    ['a member that the structure does not have', /has no "more"/, { ...document, more: 1 }],
    ['a member that every object has', /has no "toString"/, { ...document, toString: 1 }],
    ['a member missing', /needs "owner"/, { plant: 'x', 'a/b~c': null, inverters: null }],
    ['a member missing further down', /needs "owner\/since"/, { ...document, owner: { name: 'x' } }],
    ['another type', /"plant" must be text or null, not the number 5\.5/, { ...document, plant: 5.5 }],
    [
      'a number with a fraction',
      /"inverters\/0" must be an object or null, not the number 1\.5/,
      { ...document, inverters: [1.5] },
    ],
    [
      'a number that is not exact',
      /"owner\/name" must be text/,
      { ...document, owner: { name: 2 ** 60, since: null } },
    ],
    [
      'an object where a list is due',
      /"inverters" must be a list or null, not an object/,
      { ...document, inverters: {} },
    ],
    [
      'a list where an object is due',
      /"owner" must be an object or null, not a list/,
      { ...document, owner: [] },
    ],
    ['a lone surrogate', /lone surrogate in "plant"/, { ...document, plant: '\ud83d' }],
    [
      'an integer that is too large',
      /256 bits in "inverters\/0\/energy"/,
      { ...document, inverters: [{ serial: null, energy: 1n << 255n, strings: null }] },
    ],
    ['a list with a hole', /needs "inverters\/0"/, { ...document, inverters: new Array(1) }],
    [
      'too many values',
      /more than 65536 values/,
      { ...document, inverters: new Array(mostValues).fill(null) },
    ],
  ])('is refused with %s', (_, message, broken) => {
    expect(() => commitDocument(broken, { structure: plant, seed })).toThrow(message)
    expect(() => commitDocument(broken, { structure: plant, seed })).toThrow(bad)
  })

  test.each(['10', '', '1e3', '0x12', '5a'.repeat(20)])('can not have %j for a name', name => {
    const structure = defineStructure('bad/1', { [name]: 'text' })
    expect(() => commitDocument({ [name]: 'x' }, { structure, seed })).toThrow(/can't name a field/)
    const inside = defineStructure('good/1', { inner: { [name]: 'text' } })
    expect(() => commitDocument({ inner: { [name]: 'x' } }, { structure: inside, seed })).not.toThrow()
  })
})

const scalars = {
  text: fc.option(fc.stringMatching(/^[ -~]{0,20}$/)),
  integer: fc.option(fc.bigInt(-(1n << 255n), (1n << 255n) - 1n)),
  flag: fc.option(fc.boolean()),
}
const shapes: fc.Arbitrary<{ readonly [member: string]: Shape }> = fc.letrec<{
  shape: Shape
  members: { [member: string]: Shape }
}>(tie => ({
  shape: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<Shape>('text', 'integer', 'flag'),
    tie('shape').map((shape): Shape => [shape]),
    tie('members'),
  ),
  members: fc.dictionary(fc.stringMatching(/^[g-z~/]{1,4}$/), tie('shape'), { minKeys: 1, maxKeys: 4 }),
})).members

function documentsOf(shape: Shape): fc.Arbitrary<Json> {
  if (typeof shape === 'string') return scalars[shape]
  return fc.option(
    Array.isArray(shape)
      ? fc.array(documentsOf(shape[0]), { maxLength: 4 })
      : membersOf(shape as { [member: string]: Shape }),
  )
}

function membersOf(shape: { readonly [member: string]: Shape }): fc.Arbitrary<Json> {
  return fc.record(
    Object.fromEntries(Object.entries(shape).map(([name, inner]) => [name, documentsOf(inner)])),
  )
}

const anyDocument = shapes.chain(shape =>
  membersOf(shape).chain(document => {
    const structure = defineStructure('random/1', shape)
    const paths = Object.keys(flattenDocument(structure, document).fields)
    return fc.record({
      structure: fc.constant(structure),
      document: fc.constant(document),
      paths: fc.subarray(paths),
    })
  }),
)

describe('some values of a document of any depth', () => {
  test('lead to its commitment, whichever they are', () => {
    fc.assert(
      fc.property(anyDocument, ({ structure, document, paths }) => {
        const proof = discloseDocument(document, { structure, seed, paths })
        const { fields, outline } = flattenDocument(structure, document)
        expect(disclosedDocumentRoot(proof, structure)).toEqual(commitDocument(document, { structure, seed }))
        for (const path of paths) expect(proof.shown[path]?.value).toBe(fields[path])
        const plan = planStructure(structure, outline)
        expect(new Set(plan.fields.map(({ name }) => name))).toEqual(new Set(Object.keys(fields)))
      }),
    )
  })

  const proof = discloseDocument(document, { structure: plant, seed, paths: ['inverters/0/serial', 'owner'] })

  test('are shown with the lengths of the lists that they stand in', () => {
    expect(Object.keys(proof.shown).sort()).toEqual(['inverters/-', 'inverters/0/serial', 'owner'])
    expect(toHex(disclosedDocumentRoot(proof, plant))).toBe(root)
  })

  test('can be all that is in a list or an object', () => {
    const all = discloseDocument(document, { structure: plant, seed, paths: ['inverters/0', 'plant'] })
    expect(Object.keys(all.shown)).toHaveLength(8)
    expect(toHex(disclosedDocumentRoot(all, plant))).toBe(root)
  })

  test.each(['inverters/9', '/plant', 'owner/name', ''])('can not be asked for at %j', path => {
    const ask = () => discloseDocument(document, { structure: plant, seed, paths: [path] })
    expect(ask).toThrow(/nothing at/)
  })

  const shown = (name: string, value: null | bigint): DocumentDisclosure => {
    const salt = proof.shown[name]?.salt ?? ''
    return { ...proof, shown: { ...proof.shown, [name]: { value, salt } } }
  }
  const { 'inverters/-': _, ...lengthless } = proof.shown

  test('are refused when they contradict the outline, or hide a length', () => {
    expect(() => disclosedDocumentRoot(shown('inverters/-', 2n), plant)).toThrow(refusal('outline-differs'))
    expect(() =>
      disclosedDocumentRoot({ ...proof, shown: { ...proof.shown, owner: { value: true, salt: '' } } }, plant),
    ).toThrow(refusal('outline-differs'))
    expect(() => disclosedDocumentRoot({ ...proof, shown: lengthless }, plant)).toThrow(
      refusal('length-hidden'),
    )
  })

  test.each<[string, Outline, RegExp]>([
    ['no length of a list', { owner: null }, /must give "inverters" a length/],
    ['a length below 0', { inverters: -1 }, /must give "inverters" a length/],
    ['a length that is no whole number', { inverters: 1.5 }, /must give "inverters" a length/],
    ['a length of an object', { inverters: 0, owner: 2 }, /gives a length to the object "owner"/],
    ['a scalar', { inverters: 0, plant: null }, /speaks of "plant"/],
    ['what is not there', { inverters: null, 'inverters/0/strings': 5 }, /speaks of "inverters\/0\/strings"/],
    ['lists without end', { inverters: 2 ** 40 }, /more than 65536 values|must give/],
  ])('are refused with an outline that has %s', (_, outline, message) => {
    const nested = defineStructure('plant/1', { ...plant.shape, inverters: [{}] })
    for (const structure of [plant, ...(outline.inverters === 2 ** 40 ? [nested] : [])]) {
      expect(() => disclosedDocumentRoot({ ...proof, outline }, structure)).toThrow(message)
      expect(() => disclosedDocumentRoot({ ...proof, outline }, structure)).toThrow(bad)
    }
  })

  test('lead elsewhere with another length of a list that shows nothing', () => {
    const outline = { ...proof.outline, 'inverters/1/strings': 1 }
    const rootOf = () => toHex(disclosedDocumentRoot({ ...proof, outline }, plant))
    expect(rootOf).toSatisfy(() => {
      try {
        return rootOf() !== root
      } catch (error) {
        return proofFailure(error) !== undefined
      }
    })
  })
})
