import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toBase64, toHex } from '../core/bytes.ts'
import {
  type Document,
  type DocumentSchema,
  encodeDocument,
  type FieldType,
  schemas,
} from '../core/document.ts'
import { canonicalField } from './canonical-field.ts'
import {
  documentCommitment,
  extendedRoot,
  fieldCommitment,
  fieldHash,
  fieldSalt,
  pairwiseRoot,
  planFields,
} from './field-tree.ts'
import golden from './golden/precise-proofs.json' with { type: 'json' }
import { guessedBytes } from './guessed-type.ts'

const seed = Uint8Array.from({ length: 32 }, (_, i) => i)

function leavesOf(schema: DocumentSchema, document: Document, salts: readonly string[]) {
  const plan = planFields(schema)
  const leaves = plan.fields.map(({ name, nameBytes }, i) =>
    fieldHash(nameBytes, { value: canonicalField(document[name]!), salt: salts[i]! }),
  )
  return { plan, leaves }
}

describe('field tree', () => {
  test('the published vector of precise-proofs', () => {
    const schema = {
      name: 'vector/1',
      fields: { meterId: 'text', energyWh: 'integer', active: 'flag' },
    } as const
    const salts = [0, 1, 2].map(byte => toBase64(new Uint8Array(16).fill(byte)))
    const document = { meterId: 'M-1', energyWh: 1234n, active: true }
    const { plan, leaves } = leavesOf(schema, document, salts)
    expect(plan.fields.map(field => field.name)).toEqual(['energyWh', 'meterId', 'active'])
    expect(plan.fields.map(field => canonicalField(document[field.name as keyof typeof document]))).toEqual([
      '1234',
      'TS0x',
      'true',
    ])
    expect(toHex(pairwiseRoot(leaves)!)).toBe(
      'ab7f94fce2b7913f61f1c84e123d29f3e71b23a0a5fe040521e2d7366884e727',
    )
    expect(toHex(plan.schemaHash)).toBe('6d130a2bae3a7fb950c93673cfae5f6876e008315fba88dbf4ac8c6c77a340da')
    expect(toHex(extendedRoot(leaves, plan.schemaHash))).toBe(
      'a640a6d05cee083e2b04959974e2891209c91b8db2bf343a651ee9115e7133c5',
    )
  })

  test.each(golden.cases.map((vector, i) => [i, vector] as const))(
    'the root of random document %i is the one that the library computes',
    (_, vector) => {
      const types: Record<string, FieldType> = {}
      const document: Record<string, string | bigint | boolean | null> = {}
      const given: Record<string, string | boolean | null | undefined> = vector.document
      for (const [name, type] of Object.entries(vector.fields)) {
        const value = given[name]!
        types[name] = type as FieldType
        document[name] = type === 'integer' && typeof value === 'string' ? BigInt(value) : value
      }
      const { plan, leaves } = leavesOf({ name: 'random/1', fields: types }, document, vector.salts)
      expect(`0x${toHex(extendedRoot(leaves, plan.schemaHash))}`).toBe(vector.extendedRoot)
    },
  )

  test('every field moves the root, and so do the seed and the schema', () => {
    const schema = schemas.note
    const plan = planFields(schema)
    const root = (document: Document, by = seed) => toHex(fieldCommitment(document, { plan, seed: by }))
    const note = { by: 'me', text: 'hello' }
    const roots = [
      root(note),
      root({ ...note, by: null }),
      root({ ...note, text: '' }),
      root(
        note,
        seed.map(byte => byte + 1),
      ),
      toHex(
        fieldCommitment(
          { ...note, z: true },
          { plan: planFields({ name: 'x/1', fields: { ...schema.fields, z: 'flag' } }), seed },
        ),
      ),
    ]
    expect(new Set(roots).size).toBe(5)
    expect(() => fieldCommitment({ by: 'me' }, { plan, seed })).toThrow(/needs "text"/)
    expect(() => fieldCommitment(note, { plan, seed: seed.slice(1) })).toThrow(/32 bytes/)
  })

  test('the fast way gives the same root as leaf by leaf, whatever the text', () => {
    const fields = { a: 'text', b: 'integer', c: 'flag', d: 'text' } as const
    const plan = planFields({ name: 'same/1', fields })
    const odd = fc.constantFrom(
      '',
      '0x',
      'XE7338O073KYGTWWZN0F2WZ0R8PX5ZPPZS',
      '0x'.padEnd(42, 'a'),
      '1'.repeat(40),
      '\u{4f55}',
    )
    const text = fc.oneof(
      odd,
      fc.string({ unit: 'binary', maxLength: 45 }),
      fc.string({ unit: 'grapheme', maxLength: 9_000 }),
      fc.constant(null),
    )
    fc.assert(
      fc.property(text, fc.bigInt(-(1n << 250n), 1n << 250n), fc.boolean(), text, (a, b, c, d) => {
        const document: Document = { a, b, c, d }
        const leaves = plan.fields.map(({ name, nameBytes }) =>
          fieldHash(nameBytes, {
            value: canonicalField(document[name] ?? null),
            salt: fieldSalt(seed, nameBytes),
          }),
        )
        const expected = toHex(extendedRoot(leaves, plan.schemaHash))
        expect(toHex(fieldCommitment(document, { plan, seed }))).toBe(expected)
      }),
    )
  })

  test('a text of any length has a leaf, and no leaves have no root', () => {
    const plan = planFields({ name: 'long/1', fields: { a: 'text', b: 'text' } })
    const document = { a: 'x'.repeat(40_000), b: '\u{4f55}'.repeat(9_000) }
    const leaves = plan.fields.map(({ name, nameBytes }) =>
      fieldHash(nameBytes, {
        value: canonicalField(document[name as keyof typeof document]),
        salt: fieldSalt(seed, nameBytes),
      }),
    )
    expect(fieldCommitment(document, { plan, seed })).toEqual(extendedRoot(leaves, plan.schemaHash))
    expect(pairwiseRoot([])).toHaveLength(0)
  })

  test('no salt begins like hex, whatever the seed', () => {
    const name = new TextEncoder().encode('energy')
    for (let i = 0; i < 20_000; i++) {
      const salt = fieldSalt(new Uint8Array(new Uint32Array([i, 0, 0, 0, 0, 0, 0, 0]).buffer), name)
      expect(salt).toMatch(/^[A-Za-f]/)
    }
  })

  test('the schemas of the log have names that are plain text to the hash, in a fixed order', () => {
    for (const schema of Object.values(schemas)) expect(() => planFields(schema)).not.toThrow()
    expect(() => planFields({ name: 'bad/1', fields: { '10': 'text' } })).toThrow(/looks like a number/)
  })

  test('the whole document has one salted hash', () => {
    const hash = toHex(documentCommitment(encodeDocument({ by: null, text: 'x' }), seed))
    expect(hash).not.toBe(
      toHex(
        documentCommitment(
          encodeDocument({ by: null, text: 'x' }),
          seed.map(() => 0),
        ),
      ),
    )
    expect(hash).not.toBe(toHex(documentCommitment(encodeDocument({ by: '', text: 'x' }), seed)))
  })
})

describe('guessed types', () => {
  test.each([
    ['', '00'.repeat(32)],
    ['10', `${'00'.repeat(31)}0a`],
    ['-5', `${'ff'.repeat(31)}fb`],
    ['-0x12', `${'ff'.repeat(31)}ee`],
    ['007', `${'00'.repeat(31)}07`],
    ['1e3', `${'00'.repeat(30)}01e3`],
    ['0x12ab', '12ab'],
    ['0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', '5aaeb6053f3e94c9b9a09f33669435e7ef1beaed'],
    ['TS0x', '54533078'],
    ['null', '6e756c6c'],
  ])('%j is hashed as %s', (text, hex) => {
    expect(toHex(guessedBytes(text))).toBe(hex)
  })

  test('what the library can not hash is refused', () => {
    expect(() => guessedBytes('1.5')).toThrow(/point or an exponent/)
    expect(() => guessedBytes('0xzz')).toThrow(/0x without hex/)
    expect(() => guessedBytes((1n << 256n).toString())).toThrow(/256 bits/)
  })
})
