import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type LibraryProof, leavesOf, preciseProofs } from '../../test/support/precise-proofs.ts'
import { fromHex, toBase64, toHex } from '../core/bytes.ts'
import type { Document, DocumentSchema, FieldValue } from '../core/document.ts'
import { isEnergywebError } from '../core/errors.ts'
import {
  extendedRoot,
  fieldCommitment,
  fieldLeaves,
  pairwiseRoot,
  planFields,
  planNames,
} from './field-tree.ts'
import { type FieldProof, makeFieldProof, verifyFieldProof } from './precise-proof.ts'
import { type ProofFailure, proofFailure } from './proof-failure.ts'
import { readCanonicalField } from './read-canonical-field.ts'

const hex = (bytes: Uint8Array) => `0x${toHex(bytes)}`
const refusal = (failure: ProofFailure) => expect.toSatisfy(error => proofFailure(error) === failure)

const names = fc.uniqueArray(fc.stringMatching(/^[g-z][A-Za-z_]{0,8}$/), { minLength: 1, maxLength: 20 })
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }).filter(isCommittable),
  fc.constantFrom('', '0x', '1e3', '12', `0x${'5a'.repeat(20)}`, 'XE7338O073KYGTWWZN0F2WZ0R8PX5ZPPZS'),
)
const value: fc.Arbitrary<FieldValue> = fc.oneof(
  text,
  fc.bigInt(-(1n << 255n), (1n << 255n) - 1n),
  fc.boolean(),
  fc.constant(null),
)
const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 })

/** Anything of our types with any names, and one of the names. */
const documents = names.chain(keys =>
  fc.record({
    document: fc
      .tuple(...keys.map(() => value))
      .map(values => Object.fromEntries(keys.map((key, i) => [key, values[i] ?? null]))),
    field: fc.constantFrom(...keys),
    seed: seeds,
  }),
)

function isCommittable(text: string): boolean {
  const plan = planFields({ name: 'one/1', fields: { text: 'text' } })
  try {
    return fieldCommitment({ text }, { plan, seed: new Uint8Array(32) }).length === 32
  } catch {
    return false
  }
}

function schemaOf(document: Document): DocumentSchema {
  const fields = Object.entries(document).map(
    ([name, value]) =>
      [name, typeof value === 'bigint' ? 'integer' : typeof value === 'boolean' ? 'flag' : 'text'] as const,
  )
  return { name: 'random/1', fields: Object.fromEntries(fields) }
}

describe('a proof of one field of ours', () => {
  test('is what the library takes for proven, with the schema and without', () => {
    fc.assert(
      fc.property(documents, ({ document, field, seed }) => {
        const plan = planFields(schemaOf(document))
        const commitment = fieldCommitment(document, { plan, seed })
        const extended = makeFieldProof(document, { plan, seed, field })
        expect(preciseProofs.verifyProof(hex(commitment), extended, Object.keys(document))).toBe(true)
        expect(() =>
          verifyFieldProof(extended, { root: commitment, keys: Object.keys(document) }),
        ).not.toThrow()

        expect(() => verifyFieldProof(extended, { root: commitment, keys: plan })).not.toThrow()

        const bare = pairwiseRoot(fieldLeaves(document, { plan, seed }))
        const simple = makeFieldProof(document, { plan, seed, field, extended: false })
        expect(preciseProofs.verifyProof(hex(bare), simple)).toBe(true)
        expect(() => verifyFieldProof(simple, { root: bare })).not.toThrow()

        const type = plan.schema.fields[field] ?? 'text'
        expect(readCanonicalField(extended.value, type)).toBe(document[field])
      }),
      { numRuns: 60 },
    )
  })
})

/** What the library takes: no bigint, and numbers without a point or an exponent. */
const theirValue = fc.oneof(
  text,
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.record({ a: fc.string(), b: fc.array(fc.integer()) }),
)
const theirDocuments = names.chain(keys =>
  fc.record({
    document: fc
      .tuple(...keys.map(() => theirValue))
      .map(values => Object.fromEntries(keys.map((key, i) => [key, values[i] ?? null]))),
    field: fc.constantFrom(...keys),
  }),
)

describe('a proof of one field that the library made', () => {
  test('is taken for proven, with the schema and without, and with nothing else', () => {
    fc.assert(
      fc.property(theirDocuments, fc.nat(255), ({ document, field }, bit) => {
        const { proof, simple, bare, root, keys } = theirs(document, field)
        expect(() => verifyFieldProof(proof, { root, keys })).not.toThrow()
        expect(() => verifyFieldProof(simple, { root: bare })).not.toThrow()
        const other = root.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))
        expect(() => verifyFieldProof(proof, { root: other, keys })).toThrow(refusal('field-not-in-document'))
        expect(() => verifyFieldProof(simple, { root, keys: [...keys, 'zz9'] })).toThrow()
      }),
      { numRuns: 60 },
    )
  })
})

function theirs(document: object, field: string) {
  const leaves = leavesOf(document)
  const bare = preciseProofs.getRootHash(preciseProofs.createMerkleTree(leaves.map(leaf => leaf.hash)))
  // A tree of one leaf is that leaf, which the library's own function can't tell.
  const keys = Object.keys(document)
  return {
    proof: preciseProofs.createProof(field, leaves, true) satisfies LibraryProof as FieldProof,
    simple: preciseProofs.createProof(field, leaves, false) satisfies LibraryProof as FieldProof,
    bare: fromHex(bare),
    root: fromHex(preciseProofs.createExtendedTreeRootHash(bare, [...keys])),
    keys,
  }
}

describe('a proof of one field', () => {
  const document = { manufacturer: 'Verbund', model: 'Eumel', serial: '2104', energy: 90n, kind: 'counter' }
  const schema = schemaOf(document)
  const plan = planFields(schema)
  const seed = new Uint8Array(32)
  const root = fieldCommitment(document, { plan, seed })
  const bare = pairwiseRoot(fieldLeaves(document, { plan, seed }))
  const keys = Object.keys(document)
  // The last of five leaves moves up twice: its path has one element, and the bits of a longer one may be the same.
  const field = plan.fields[4]?.name ?? ''
  const proof = makeFieldProof(document, { plan, seed, field })
  const { schemaHash: _, ...simple } = proof
  const sibling = `0x${'00'.repeat(32)}`
  /** Another name for another field, with which ours stays in its place. */
  const renamed = ['a', 'b', 'c', 'd', 'e', 'f']
    .map(name => [name, ...plan.fields.slice(1).map(field => field.name)])
    .find(keys => planNames(keys).fields[4]?.name === field)

  test.each<[string, ProofFailure, FieldProof, readonly string[] | undefined]>([
    ['another value', 'field-not-in-document', { ...proof, value: 'TS0x' }, keys],
    ['another key', 'field-place-differs', { ...proof, key: plan.fields[0]?.name ?? '' }, keys],
    ['a key that is no field', 'field-unknown', { ...proof, key: 'more' }, keys],
    ['a field more', 'field-place-differs', proof, [...keys, 'more']],
    ['a field with another name', 'fields-differ', proof, renamed],
    ['a schema hash of other fields', 'fields-differ', { ...proof, schemaHash: sibling }, keys],
    ['no names of fields', 'fields-needed', proof, undefined],
    ['a salt of another form', 'salt-invalid', { ...proof, salt: 'AAAA' }, keys],
    ['a salt that begins with 0x', 'salt-invalid', { ...proof, salt: `0x${'A'.repeat(20)}==` }, keys],
    ['a value that can not be hashed', 'value-not-hashable', { ...proof, value: '1.5' }, keys],
    [
      'a path that is longer',
      'field-place-differs',
      { ...proof, proofPath: [{ right: sibling }, ...proof.proofPath] },
      keys,
    ],
    [
      'a path that is shorter',
      'field-place-differs',
      { ...proof, proofPath: proof.proofPath.slice(1) },
      keys,
    ],
    [
      'an element with two sides',
      'path-element-invalid',
      { ...proof, proofPath: [{ left: sibling, right: sibling }] },
      keys,
    ],
    ['an element with none', 'path-element-invalid', { ...proof, proofPath: [{} as { left: string }] }, keys],
    [
      'a hash in upper case',
      'path-element-invalid',
      { ...proof, proofPath: [{ left: `0x${'AB'.repeat(32)}` }] },
      keys,
    ],
    ['the bare root where the extended one is due', 'field-not-in-document', simple, undefined],
  ])('is refused with %s', (_, failure, forged, keys) => {
    expect(() => verifyFieldProof(forged, keys === undefined ? { root } : { root, keys })).toThrow(
      refusal(failure),
    )
  })

  test('with the bits of the place in a longer path passes in the library, and is refused here', () => {
    expect(proof.proofPath.length).toBe(1)
    // A tree of three leaves in which ours is the second: left, then right, is 1, as left alone is.
    const [a = root, b = root] = fieldLeaves(document, { plan, seed })
    const forgedRoot = extendedRoot([a, fieldLeaves(document, { plan, seed })[4] ?? root, b], plan.schemaHash)
    const long: FieldProof = { ...proof, proofPath: [{ left: hex(a) }, { right: hex(b) }] }
    expect(preciseProofs.verifyProof(hex(forgedRoot), long, [...keys])).toBe(true)
    expect(() => verifyFieldProof(long, { root: forgedRoot, keys })).toThrow(refusal('field-place-differs'))
  })

  test('needs a field of the schema', () => {
    expect(() => makeFieldProof(document, { plan, seed, field: 'more' })).toThrow(/no field "more"/)
  })

  test('of fields with names that are not those of one document is refused', () => {
    const bad = expect.toSatisfy((error: unknown) => isEnergywebError(error, 'document-invalid'))
    for (const keys of [[], ['a', 'a'], ['10'], [''], ['0x12'], ['\ud83d'], ['ab'.repeat(20)]]) {
      expect(() => verifyFieldProof(proof, { root, keys })).toThrow(bad)
    }
    expect(() => verifyFieldProof({ ...simple, key: '10' }, { root: bare })).toThrow(bad)
  })
})

describe('a canonical text', () => {
  test.each([
    ['null', 'text', null],
    ['null', 'flag', null],
    ['', 'text', ''],
    ['TS0x', 'text', 'M-1'],
    [`0x${'5b'.repeat(20)}`, 'text', `0x${'5b'.repeat(20)}`],
    ['true', 'flag', true],
    ['false', 'flag', false],
    ['-5', 'integer', -5n],
  ] as const)('%j of %s is %s', (text, type, value) => {
    expect(readCanonicalField(text, type)).toBe(value)
  })

  test.each([
    ['01234', 'integer'],
    ['-0', 'integer'],
    ['1e3', 'integer'],
    [(1n << 255n).toString(), 'integer'],
    ['True', 'flag'],
    ['TS0', 'text'],
    ['TS0y', 'flag'],
    ['/w==', 'text'],
    [toBase64(new TextEncoder().encode(`0x${'5a'.repeat(20)}`)), 'text'],
    ['0401e000', 'text'],
  ] as const)('%j is not how a value of %s is written', (text, type) => {
    expect(() => readCanonicalField(text, type)).toThrow(refusal('value-not-canonical'))
  })
})
