import { expect, test } from 'vitest'
import { fromBase64, fromUtf8, toHex, utf8 } from '../core/bytes.ts'
import { isEnergywebError } from '../core/errors.ts'
import { isAmbiguousText } from './ambiguous-text.ts'
import { canonicalField } from './canonical-field.ts'
import { fieldCommitment, fieldHash, planFields } from './field-tree.ts'

const plan = planFields({ name: 'one/1', fields: { text: 'text' } })
const salt = 'AAAAAAAAAAAAAAAAAAAAAA=='
const commit = (text: string) => fieldCommitment({ text }, { plan, seed: new Uint8Array(32) })
const leaf = (text: string) => toHex(fieldHash(utf8('text'), { value: canonicalField(text), salt }))
const refused = expect.toSatisfy((error: unknown) => isEnergywebError(error, 'document-invalid'))
const textOf = (base64: string) => fromUtf8(fromBase64(base64))

test.each([
  ['a hex number, as a decimal one', textOf('0401e000'), textOf('67231744')],
  ['a hex number in lower case', textOf('0582e197'), textOf('0582E197')],
  ['a hex number in upper case', textOf('0582E197'), textOf('0582e197')],
  [
    'base64 that is an address',
    textOf('35d4044e0499b243b01dc82916ca240f27d004cd'),
    '0x35d4044e0499b243b01dc82916ca240f27d004cd',
  ],
  ['an address of letters', `0x${toHex(utf8('YWJjZGVmZ2hpamtsbW5v'))}`, 'abcdefghijklmno'],
])('%s is hashed as another text is, and nobody commits to it', (_, text, other) => {
  expect(leaf(text)).toBe(leaf(other))
  expect(text).not.toBe(other)
  expect(isAmbiguousText(text)).toBe(true)
  expect(() => commit(text)).toThrow(refused)
})

test.each([
  ['a character that is a hex number', textOf('57e5')],
  ['digits', textOf('1541')],
  ['a number too large to be one', textOf('44e94567')],
  ['a hex number whose decimal is no text', textOf('44e0')],
  ['text of fifteen letters', 'abcdefghijklmno'],
  ['text of no letters', ''],
  ['an address', `0x${'5a'.repeat(19)}ff`],
])('%s is committed to', (_, text) => {
  expect(isAmbiguousText(text)).toBe(false)
  expect(() => commit(text)).not.toThrow()
})

test('nobody is kept from writing a single character', () => {
  for (const text of ['\u7df4', '\ub1f4', '\u05de5', 'é', '\u{1f50b}'])
    expect(() => commit(text)).not.toThrow()
})
