import fc from 'fast-check'
import { expect, test } from 'vitest'
import { equalBytes, fromBase64, fromUtf8, toHex, utf8 } from '../core/bytes.ts'
import { isEnergywebError } from '../core/errors.ts'
import { isAmbiguousText } from './ambiguous-text.ts'
import { canonicalField } from './canonical-field.ts'
import { fieldCommitment, fieldHash, planFields } from './field-tree.ts'
import { guessedBytes } from './guessed-type.ts'
import { textInBase64 } from './text-in-base64.ts'

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

/** Every text that may come to these bytes, address spellings aside: each way back through the rules. */
function textsOf(bytes: Uint8Array): string[] {
  const word = bytes.length === 32 ? toHex(bytes).replace(/^0+/, '') : ''
  const decimal = word === '' ? '' : BigInt(`0x${word}`).toString()
  const padded = (digits: string) => digits.padStart(4 * Math.ceil(digits.length / 4), '0')
  const base64 = [
    String.fromCharCode(...bytes),
    toHex(bytes),
    padded(decimal),
    padded(word),
    padded(word).toUpperCase(),
  ]
  const address = bytes.length === 20 ? [`0x${toHex(bytes)}`] : []
  return [...base64.map(textInBase64).filter(text => text !== undefined), ...address]
}

test('no two texts that are committed to have one hash', () => {
  const digits = fc.stringMatching(/^[0-9][4-7][0-9eE]{2}([0-9eE]{4}){0,4}$/)
  const hexDigits = fc.stringMatching(/^[0-9a-f]{40}$/)
  const special = fc
    .oneof(digits, hexDigits)
    .map(textInBase64)
    .filter(text => text !== undefined)
  const lettered = fc.stringMatching(/^[ -~]{13,15}$/).map(text => `0x${toHex(utf8(btoa(text)))}`)
  const texts = fc.oneof(special, lettered, fc.string({ unit: 'grapheme', maxLength: 50 }), hexDigits)
  let met = 0
  fc.assert(
    fc.property(texts, text => {
      if (isAmbiguousText(text)) met += 1
      const bytes = guessedBytes(canonicalField(text))
      const address = /^(0x)?[0-9a-f]{40}$/.test(text) ? `0x${text.slice(-40)}` : text
      const open = new Set(
        [address, ...textsOf(bytes)].filter(other => {
          const same = equalBytes(guessedBytes(canonicalField(other)), bytes)
          return same && !isAmbiguousText(other)
        }),
      )
      expect(open.size).toBeLessThanOrEqual(1)
    }),
    { numRuns: 2_000 },
  )
  expect(met).toBeGreaterThan(0)
})
