import { toHex } from '../../src/core/bytes.ts'
import type { FieldType, FieldValue } from '../../src/core/document.ts'
import {
  commitDocument,
  type DocumentDisclosure,
  defineStructure,
  discloseDocument,
  type FieldProof,
  fieldCommitment,
  makeFieldProof,
  planFields,
} from '../../src/proof/field-proofs.ts'
import { fieldLeaves, pairwiseRoot } from '../../src/proof/field-tree.ts'
import type { ProofFailure } from '../../src/proof/proof-failure.ts'

/** A value in JSON; integers are wrapped, since numbers of JSON are not exact. */
export type ExampleValue = string | boolean | null | { readonly integer: string }

/** Something that is shown of a document, or a proof in the form of precise-proofs, or a text of such a proof; in hex. */
export type FieldExample = {
  readonly name: string
  readonly failure: ProofFailure | null
} & (
  | {
      readonly shown: Readonly<Record<string, { readonly value: ExampleValue; readonly salt: string }>>
      readonly hidden: readonly string[]
      readonly outline: Readonly<Record<string, number | null>>
      /** Of the document. */
      readonly root: string
    }
  | { readonly proof: FieldProof; readonly root: string; readonly keys?: readonly string[] }
  | { readonly text: string; readonly type: FieldType }
)

/** The structure of the documents in the examples. */
export const exampleStructure = defineStructure('plant/1', {
  plant: 'text',
  energy: 'integer',
  inverters: [{ serial: 'text' }],
  owner: { name: 'text' },
})

const seed = new Uint8Array(32).fill(3)
const document = { plant: 'roof', energy: 5n, inverters: [{ serial: 'A' }, { serial: 'B' }], owner: null }
const root = toHex(commitDocument(document, { structure: exampleStructure, seed }))

export function fromJson(value: ExampleValue): FieldValue {
  return typeof value === 'object' && value !== null ? BigInt(value.integer) : value
}

function written({ shown, hidden, outline }: DocumentDisclosure) {
  const fields = Object.entries(shown).map(([name, { value, salt }]) => {
    const inJson: ExampleValue = typeof value === 'bigint' ? { integer: String(value) } : value
    return [name, { value: inJson, salt }] as const
  })
  return { shown: Object.fromEntries(fields), hidden: hidden.map(toHex), outline }
}

function disclosureExamples(): readonly FieldExample[] {
  const paths = ['plant', 'energy', 'inverters/1']
  const good = written(discloseDocument(document, { structure: exampleStructure, seed, paths }))
  const { shown, hidden } = good
  const { 'inverters/-': _, ...lengthless } = shown
  const changed = (name: string, changes: object) => ({
    shown: { ...shown, [name]: { ...shown[name], ...changes } },
  })
  const rows: readonly (readonly [string, ProofFailure | null, object])[] = [
    ['some fields', null, {}],
    ['another value', 'field-not-in-document', changed('energy', { value: { integer: '6' } })],
    ['another salt', 'field-not-in-document', changed('energy', { salt: shown.plant?.salt })],
    ['a hidden hash forged', 'field-not-in-document', { hidden: [root, ...hidden.slice(1)] }],
    ['a field that is none', 'field-unknown', changed('more', { value: null, salt: shown.plant?.salt })],
    [
      'a name of every object',
      'field-unknown',
      changed('toString', { value: null, salt: shown.plant?.salt }),
    ],
    ['text for an integer', 'field-type', changed('energy', { value: '5' })],
    ['an integer for text', 'field-type', changed('plant', { value: { integer: '5' } })],
    ['a lone surrogate', 'text-ill-formed', changed('plant', { value: 'roof\ud800' })],
    [
      '2^256 - 1, the word of -1',
      'integer-too-large',
      changed('energy', { value: { integer: String(2n ** 256n - 1n) } }),
    ],
    ['no salt', 'salt-invalid', changed('energy', { salt: '' })],
    [
      'a salt of 17 bytes',
      'salt-invalid',
      changed('energy', { salt: `${shown.energy?.salt.slice(0, 22)}A=` }),
    ],
    [
      'a salt with set unused bits',
      'salt-invalid',
      changed('energy', { salt: `${shown.energy?.salt.slice(0, 21)}B==` }),
    ],
    ['a hidden hash missing', 'hidden-missing', { hidden: hidden.slice(1) }],
    ['a hidden hash too many', 'hidden-left-over', { hidden: [...hidden, root] }],
    ['a short hidden hash', 'hash-length', { hidden: [hidden[0]?.slice(2), ...hidden.slice(1)] }],
    [
      'a length that the outline denies',
      'outline-differs',
      changed('inverters/-', { value: { integer: '3' } }),
    ],
    [
      'an element of a list whose length is not shown',
      'length-hidden',
      { shown: lengthless, hidden: [...hidden, root] },
    ],
  ]
  return rows.map(([name, failure, changes]) => ({ name, failure, ...good, root, ...changes }))
}

const schema = {
  name: 'reading/9',
  fields: { a: 'integer', b: 'text', c: 'flag', d: 'text', e: 'text' },
} as const
const flat = { a: 5n, b: 'roof', c: true, d: null, e: 'S-1' }
const plan = planFields(schema)
const flatRoot = toHex(fieldCommitment(flat, { plan, seed }))

function proofExamples(): readonly FieldExample[] {
  const good = makeFieldProof(flat, { plan, seed, field: 'a' })
  const keys = Object.keys(schema.fields)
  const { proofPath } = good
  const [first = { left: '' }, ...rest] = proofPath
  const bare = toHex(pairwiseRoot(fieldLeaves(flat, { plan, seed })))
  const other = makeFieldProof(flat, { plan, seed, field: 'b' })
  const zeros = `0x${'00'.repeat(32)}`
  const rows: readonly (readonly [string, ProofFailure | null, Partial<FieldProof>, (readonly string[])?])[] =
    [
      ['a proof of one field', null, {}],
      ['another value of one field', 'field-not-in-document', { value: '6' }],
      ['the value of another field', 'field-not-in-document', { value: other.value, salt: other.salt }],
      ['a value that is hashed as none', 'value-not-hashable', { value: '1.5' }],
      ['a key that is no field', 'field-unknown', { key: 'z' }],
      ['the key of another field', 'field-place-differs', { key: 'b' }],
      ['a longer path', 'field-place-differs', { proofPath: [...proofPath, { right: zeros }] }],
      ['a shorter path', 'field-place-differs', { proofPath: rest }],
      ['a side exchanged', 'field-place-differs', { proofPath: [flipped(first), ...rest] }],
      ['two sides at once', 'path-element-invalid', { proofPath: [{ left: zeros, right: zeros }, ...rest] }],
      ['a short hash', 'path-element-invalid', { proofPath: [{ left: '0x00' }, ...rest] }],
      ['a hash without 0x', 'path-element-invalid', { proofPath: [{ left: '00'.repeat(32) }, ...rest] }],
      ['a salt that is none', 'salt-invalid', { salt: 'AAAA' }],
      ['another schema hash', 'fields-differ', { schemaHash: zeros }],
    ]
  return [
    ...rows.map(([name, failure, changes]) => ({
      name,
      failure,
      proof: { ...good, ...changes },
      root: flatRoot,
      keys,
    })),
    { name: 'an extended proof, the fields not known', failure: 'fields-needed', proof: good, root: bare },
  ]
}

function flipped(element: object): { left: string } | { right: string } {
  const [[side, hash] = ['left', '']] = Object.entries(element)
  return side === 'left' ? { right: String(hash) } : { left: String(hash) }
}

function canonicalExamples(): readonly FieldExample[] {
  const rows: readonly (readonly [string, ProofFailure | null, string, FieldType])[] = [
    ['an integer', null, '-5', 'integer'],
    ['a text', null, 'cm9vZg==', 'text'],
    ['an integer with a leading zero', 'value-not-canonical', '05', 'integer'],
    ['minus zero', 'value-not-canonical', '-0', 'integer'],
    ['an exponent', 'value-not-canonical', '5e0', 'integer'],
    ['an integer of 2^255', 'value-not-canonical', String(2n ** 255n), 'integer'],
    ['a flag in capitals', 'value-not-canonical', 'TRUE', 'flag'],
    ['text that is not base64', 'value-not-canonical', 'roof!', 'text'],
    ['text that is not UTF-8', 'value-not-canonical', '/w==', 'text'],
  ]
  return rows.map(([name, failure, text, type]) => ({ name, failure, text, type }))
}

export function fieldExamples(): readonly FieldExample[] {
  return [...disclosureExamples(), ...proofExamples(), ...canonicalExamples()]
}
