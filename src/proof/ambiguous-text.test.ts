import { expect, test } from 'vitest'
import { fromBase64, fromUtf8, toHex } from '../core/bytes.ts'
import { isEnergywebError } from '../core/errors.ts'
import { isAmbiguousBase64 } from './ambiguous-text.ts'
import { fieldCommitment, fieldHash, planFields } from './field-tree.ts'

const plan = planFields({ name: 'one/1', fields: { text: 'text' } })
const salt = 'AAAAAAAAAAAAAAAAAAAAAA=='
const commit = (text: string) => fieldCommitment({ text }, { plan, seed: new Uint8Array(32) })
const leaf = (value: string) => toHex(fieldHash(new TextEncoder().encode('text'), { value, salt }))
const refused = expect.toSatisfy((error: unknown) => isEnergywebError(error, 'document-invalid'))

test.each([
  ['a hex number that is also a decimal one', '0401e000', '67231744'],
  ['a hex number in lower case', '0582e197', '0582E197'],
  ['a hex number in upper case', '0582E197', '0582e197'],
  ['an address', '35d4044e0499b243b01dc82916ca240f27d004cd', '0x35d4044e0499b243b01dc82916ca240f27d004cd'],
])('text whose base64 is %s has the hash of another text, and nobody commits to it', (_, base64, other) => {
  expect(leaf(base64)).toBe(leaf(other))
  expect(isAmbiguousBase64(base64)).toBe(true)
  expect(() => commit(fromUtf8(fromBase64(base64)))).toThrow(refused)
})

test.each([
  ['a character that is a hex number', '57e5'],
  ['digits', '1561'],
  ['a number too large to be one', '04e99999'],
  ['a hex number whose decimal is no text', '44e0'],
  ['plain', 'TS0x'],
])('text whose base64 is %s is committed to', (_, base64) => {
  expect(isAmbiguousBase64(base64)).toBe(false)
})

test('nobody is kept from writing a single character', () => {
  for (const text of ['\u7df4', '\ub1f4', '\u05de5', 'é', '\u{1f50b}'])
    expect(() => commit(text)).not.toThrow()
})
