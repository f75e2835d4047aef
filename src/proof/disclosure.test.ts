import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromBase64, fromUtf8, toBase64, toHex } from '../core/bytes.ts'
import {
  type Document,
  type DocumentSchema,
  type FieldType,
  type FieldValue,
  schemas,
} from '../core/document.ts'
import { isEnergywebError } from '../core/errors.ts'
import { type Disclosure, disclosedRoot, discloseFields } from './disclosure.ts'
import { fieldCommitment, planFields } from './field-tree.ts'
import type { ShownField } from './shown-field.ts'

const seed = Uint8Array.from({ length: 32 }, (_, i) => 255 - i)
const bad = expect.toSatisfy((error: unknown) => isEnergywebError(error, 'proof-invalid'))
const badRequest = expect.toSatisfy((error: unknown) => isEnergywebError(error, 'argument-invalid'))

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constantFrom(
    '',
    '0x',
    '1e3',
    '12',
    'null',
    `0x${'5a'.repeat(20)}`,
    'XE7338O073KYGTWWZN0F2WZ0R8PX5ZPPZS',
  ),
)
const valuesOf: Record<FieldType, fc.Arbitrary<FieldValue>> = {
  text: fc.option(text),
  integer: fc.option(fc.bigInt(-(1n << 255n), (1n << 255n) - 1n)),
  flag: fc.option(fc.boolean()),
}

/** A schema of 1 to 40 fields, a document of it, and some of its fields. */
const cases = fc
  .uniqueArray(fc.stringMatching(/^[g-z][A-Za-z]{0,8}$/), { minLength: 1, maxLength: 40 })
  .chain(names =>
    fc.record({
      fields: fc.tuple(
        ...names.map(name =>
          fc
            .constantFrom<FieldType>('text', 'integer', 'flag')
            .chain(type => valuesOf[type].map(value => ({ name, type, value }))),
        ),
      ),
      chosen: fc.shuffledSubarray(names),
      seed: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    }),
  )
  .map(({ fields, chosen, seed }) => {
    const schema: DocumentSchema = {
      name: 'random/1',
      fields: Object.fromEntries(fields.map(({ name, type }) => [name, type])),
    }
    const document: Document = Object.fromEntries(fields.map(({ name, value }) => [name, value]))
    return { plan: planFields(schema), document, chosen, seed }
  })

/** The same bytes with one bit changed. */
function flip(bytes: Uint8Array, bit: number): Uint8Array {
  return bytes.map((byte, i) => (i === (bit >> 3) % bytes.length ? byte ^ (1 << (bit & 7)) : byte))
}

/** Another value of the same type. */
function changed(value: FieldValue, bit: number): FieldValue {
  if (value === null) return bit % 2 === 0 ? 'null' : 0n
  if (typeof value === 'boolean') return !value
  if (typeof value === 'bigint') return BigInt.asIntN(256, value ^ (1n << BigInt(bit % 256)))
  if (value === '') return String.fromCodePoint(bit)
  const at = bit % value.length
  return `${value.slice(0, at)}${String.fromCharCode(value.charCodeAt(at) ^ 0x100)}${value.slice(at + 1)}`
}

function withField({ shown, hidden }: Disclosure, name: string, change: Partial<ShownField>): Disclosure {
  const field = shown[name]
  return field === undefined
    ? { shown, hidden }
    : { shown: { ...shown, [name]: { ...field, ...change } }, hidden }
}

describe('some fields of a document', () => {
  test('lead to its commitment, whichever they are, and tell their values', () => {
    fc.assert(
      fc.property(cases, ({ plan, document, chosen, seed }) => {
        const disclosure = discloseFields(document, { plan, seed, fields: chosen })
        const commitment = fieldCommitment(document, { plan, seed })
        expect(toHex(disclosedRoot(disclosure, plan))).toBe(toHex(commitment))
        expect(new Set(Object.keys(disclosure.shown))).toEqual(new Set(chosen))
        for (const name of chosen) expect(disclosure.shown[name]?.value).toBe(document[name])
      }),
    )
  })

  test('lead nowhere or elsewhere with another value, salt or hidden hash', () => {
    fc.assert(
      fc.property(cases, fc.nat(65_535), ({ plan, document, chosen, seed }, bit) => {
        const disclosure = discloseFields(document, { plan, seed, fields: chosen })
        const commitment = toHex(fieldCommitment(document, { plan, seed }))
        const forged: Disclosure[] = disclosure.hidden.map((_, i) => ({
          ...disclosure,
          hidden: disclosure.hidden.map((hash, j) => (i === j ? flip(hash, bit) : hash)),
        }))
        for (const [name, { value, salt }] of Object.entries(disclosure.shown)) {
          forged.push(withField(disclosure, name, { value: changed(value, bit) }))
          forged.push(withField(disclosure, name, { salt: toBase64(flip(fromBase64(salt), bit)) }))
        }
        for (const forgery of forged) expect(rootOrError(forgery)).not.toBe(commitment)

        function rootOrError(forgery: Disclosure): string {
          try {
            return toHex(disclosedRoot(forgery, plan))
          } catch (error) {
            if (isEnergywebError(error, 'proof-invalid')) return error.code
            throw error
          }
        }
      }),
    )
  })

  test('are refused with hidden hashes missing, left over or in another order', () => {
    fc.assert(
      fc.property(cases, ({ plan, document, chosen, seed }) => {
        const { shown, hidden } = discloseFields(document, { plan, seed, fields: chosen })
        expect(() => disclosedRoot({ shown, hidden: [...hidden, new Uint8Array(32)] }, plan)).toThrow(bad)
        if (hidden.length > 0) {
          expect(() => disclosedRoot({ shown, hidden: hidden.slice(1) }, plan)).toThrow(bad)
        }
        if (hidden.length > 1) {
          const root = disclosedRoot({ shown, hidden: hidden.toReversed() }, plan)
          expect(root).not.toEqual(fieldCommitment(document, { plan, seed }))
        }
      }),
    )
  })
})

const doubled = fromUtf8(fromBase64('35d4044e0499b243b01dc82916ca240f27d004cd'))

describe('what is shown of a note', () => {
  const plan = planFields(schemas.note)
  const note = { by: null, text: 'meter moved' }
  const disclosure = discloseFields(note, { plan, seed, fields: ['text', 'by'] })
  const salt = toBase64(new Uint8Array(16))

  test('can be nothing: then one hash stands for all', () => {
    const nothing = discloseFields(note, { plan, seed, fields: [] })
    expect(nothing.hidden.length).toBe(1)
    expect(disclosedRoot(nothing, plan)).toEqual(fieldCommitment(note, { plan, seed }))
  })

  test('must be asked for by names that the schema has, each once', () => {
    expect(() => discloseFields(note, { plan, seed, fields: ['energy'] })).toThrow(/note\/1 .* "energy"/)
    expect(() => discloseFields(note, { plan, seed, fields: ['toString'] })).toThrow(badRequest)
    expect(() => discloseFields(note, { plan, seed, fields: ['by', 'by'] })).toThrow(/a note\/1 .* twice/)
  })

  test.each<[string, Record<string, ShownField>, RegExp]>([
    ['a field of no schema', { more: { value: 'x', salt } }, /has no field "more"/],
    ['a field that every object has', { toString: { value: 'x', salt } }, /has no field "toString"/],
    ['a field of another type', { text: { value: 5n, salt } }, /"text" .* must be text or null, not .*5/],
    ['a lone surrogate', { text: { value: '\ud83d', salt } }, /lone surrogate/],
    ['a salt of another length', { text: { value: 'x', salt: 'AAAA' } }, /salt/],
    ['a salt with bits to spare', { text: { value: 'x', salt: `${'A'.repeat(21)}B==` } }, /salt/],
    ['a salt that begins like hex', { text: { value: 'x', salt: `0x${'A'.repeat(20)}==` } }, /salt/],
    ['text that is hashed as an address is', { text: { value: doubled, salt } }, /reads as another/],
  ])('is refused with %s', (_, shown, message) => {
    const forgery = { shown: { ...disclosure.shown, ...shown }, hidden: disclosure.hidden }
    expect(() => disclosedRoot(forgery, plan)).toThrow(message)
    expect(() => disclosedRoot(forgery, plan)).toThrow(bad)
  })

  test('is refused with a hidden hash that is none', () => {
    expect(() => disclosedRoot({ shown: {}, hidden: [new Uint8Array(31)] }, plan)).toThrow(/32 bytes/)
  })

  test('no end of a value can become the beginning of its salt', () => {
    // 'TS0x' is base64 of 'M-1': a verifier that takes any salt could be shown 'M-' less one character.
    const whole = discloseFields({ by: 'M-1M-1', text: '' }, { plan, seed, fields: ['by'] })
    const shifted = withField(whole, 'by', { value: 'M-1', salt: `TS0x${whole.shown.by?.salt}` })
    expect(() => disclosedRoot(shifted, plan)).toThrow(/salt/)
  })

  test('an integer that has the same word as another is refused', () => {
    const plan = planFields({ name: 'one/1', fields: { total: 'integer' } })
    const minus = discloseFields({ total: -1n }, { plan, seed, fields: ['total'] })
    const salt = minus.shown.total?.salt ?? ''
    const forgery = { shown: { total: { value: (1n << 256n) - 1n, salt } }, hidden: [] }
    expect(() => disclosedRoot(forgery, plan)).toThrow(/256 bits/)
    expect(disclosedRoot(minus, plan)).toEqual(fieldCommitment({ total: -1n }, { plan, seed }))
  })
})
