import { describe, expect, it } from 'vitest'
import { checkDocument, decodeDocument, encodeDocument, schemas } from './document.ts'
import { isEnergywebError } from './errors.ts'

const note = { by: 'operator', text: 'moved "inside"' }
const receipt = Object.fromEntries(
  Object.entries(schemas.receipt.fields).map(([field, type]) => [
    field,
    type === 'integer' ? 2n ** 200n : 'x',
  ]),
)
const documentError = expect.toSatisfy((error: unknown) => isEnergywebError(error, 'document-invalid'))

describe('a document', () => {
  it('keeps integers as decimal text and reads back', () => {
    expect(encodeDocument(note)).toBe('{"by":"operator","text":"moved \\"inside\\""}')
    expect(decodeDocument('receipt', encodeDocument(receipt))).toEqual(receipt)
  })

  it('is refused at the append when a field is missing, unknown or of another type', () => {
    expect(() => checkDocument(schemas.note, note)).not.toThrow()
    expect(() => checkDocument(schemas.note, { text: 'x' })).toThrow(documentError)
    expect(() => checkDocument(schemas.note, { ...note, more: 'x' })).toThrow(documentError)
    expect(() => checkDocument(schemas.note, { ...note, by: 5n })).toThrow(documentError)
    expect(() => checkDocument(schemas.note, { ...note, by: null })).not.toThrow()
  })

  it('is refused at the append when an integer is too long to be read back', () => {
    expect(() => checkDocument(schemas.receipt, { ...receipt, value: (1n << 255n) - 1n })).not.toThrow()
    expect(() => checkDocument(schemas.receipt, { ...receipt, value: -(1n << 255n) })).not.toThrow()
    for (const value of [1n << 255n, -(1n << 255n) - 1n, 10n ** 100n]) {
      expect(() => checkDocument(schemas.receipt, { ...receipt, value })).toThrow(documentError)
    }
  })

  it.each([
    '[]',
    'null',
    '{"by":"x"}',
    '{"by":"x","text":5}',
    '{"by":"x","text":"y","z":"w"}',
    '{"by":"x","__proto__":"y"}',
    '{"by":"x"',
  ])('is refused when it reads %s', text => {
    expect(() => decodeDocument('note', text)).toThrow(documentError)
  })

  it.each(['"05"', '"1.5"', '"1e3"', '5', '"-0"', `"${'9'.repeat(90)}"`, `"${2n ** 255n}"`])(
    'has no integer %s',
    value => {
      const text = encodeDocument(receipt).replace(/"block":"\d+"/, `"block":${value}`)
      expect(() => decodeDocument('receipt', text)).toThrow(documentError)
    },
  )
})
