import { ed25519 } from '@noble/curves/ed25519.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toBase64 } from '../core/bytes.ts'
import type { Signer } from '../core/signer.ts'
import {
  formatCheckpoint,
  parseCheckpoint,
  readCheckpoint,
  signCheckpoint,
  verifyCheckpoint,
} from './checkpoint.ts'
import { formatNote, parseNote, verifyNote } from './signed-note.ts'
import { parseVerifierKey, verifierKeyOf } from './verifier-key.ts'

const published = {
  key: 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
  text: 'This is an example message.\n',
  line: '— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n',
}
const secret = new Uint8Array(32).fill(7)
const publicKey = ed25519.getPublicKey(secret)
const signer: Signer = {
  algorithms: ['ed25519'],
  publicKey: () => publicKey,
  sign: async data => ed25519.sign(data, secret),
}
const origin = 'gateway.example.org/roof'
const checkpoint = { origin, size: 42, root: new Uint8Array(32).fill(9), extensions: [] }

describe('signed note', () => {
  test('the published note verifies under its published key', () => {
    const key = parseVerifierKey(published.key)
    const note = `${published.text}\n${published.line}`
    expect(verifyNote(note, [key])).toEqual({ text: published.text, signers: [key] })
    expect(formatNote(parseNote(note))).toBe(note)
  })

  test('one changed letter, or the key of another name, and it does not', () => {
    const key = parseVerifierKey(published.key)
    const note = `${published.text}\n${published.line}`
    expect(() => verifyNote(note.replace('example m', 'exbmple m'), [key])).toThrow(/wrong/)
    expect(() => verifyNote(note, [verifierKeyOf('example.com/bar', key.publicKey)])).toThrow(/no known key/)
    expect(() => verifyNote(note, [])).toThrow(/no known key/)
  })

  test('unknown signatures are passed over; a known one that is wrong refuses the note', async () => {
    const note = await signCheckpoint(checkpoint, signer)
    const key = verifierKeyOf(origin, publicKey)
    const stranger = `— stranger.example ${toBase64(new Uint8Array(68))}\n`
    expect(verifyCheckpoint(note + stranger, [key]).size).toBe(42)
    const { text, signatures } = parseNote(note)
    const forged = { ...signatures[0]!, signature: new Uint8Array(64) }
    expect(() => verifyCheckpoint(formatNote({ text, signatures: [forged] }), [key])).toThrow(/wrong/)
    const twice = formatNote({ text, signatures: [...signatures, forged] })
    expect(() => verifyCheckpoint(twice, [key])).toThrow(/has signed it twice/)
  })

  test.each([
    ['no signature', 'text\n\n'],
    ['no text', '\n\n— a AAAAAAA=\n'],
    ['no empty line', 'text\n— a AAAAAAA=\n'],
    ['no line feed at the end', 'text\n\n— a AAAAAAA='],
    ['another dash', 'text\n\n- a AAAAAAA=\n'],
    ['two spaces', 'text\n\n—  a AAAAAAA=\n'],
    ['a plus in the name', 'text\n\n— a+b AAAAAAA=\n'],
    ['base64 without padding', 'text\n\n— a AAAAAAA\n'],
    ['no signature behind the key id', 'text\n\n— a AAAAAA==\n'],
    ['a control character', 'te\tt\n\n— a AAAAAAA=\n'],
    ['a lone surrogate', 'te\ud800t\n\n— a AAAAAAA=\n'],
  ])('refused: %s', (_, note) => {
    expect(() => parseNote(note)).toThrow(/not a signed note/)
  })

  test('an empty line in the text belongs to the text', () => {
    expect(parseNote('one\n\ntwo\n\n— a AAAAAAA=\n').text).toBe('one\n\ntwo\n')
  })

  test('a verifier key whose id is not that of its key is refused', () => {
    expect(() => parseVerifierKey(published.key.replace('530d903a', '530d903b'))).toThrow(
      /its id is 530d903a, the text says 530d903b/,
    )
    expect(() => parseVerifierKey('name+530d903a')).toThrow(/it is a name, an id/)
  })
})

describe('checkpoint', () => {
  test('is signed, read and verified', async () => {
    const note = await signCheckpoint(checkpoint, signer)
    expect(verifyCheckpoint(note, [verifierKeyOf(origin, publicKey)])).toEqual(checkpoint)
    expect(readCheckpoint(note)).toEqual(checkpoint)
    expect(note.startsWith(`${origin}\n42\nCQkJ`)).toBe(true)
  })

  test('signed by a known key that is not the log itself, it is refused', async () => {
    const witness = verifierKeyOf('witness.example', publicKey)
    const text = formatCheckpoint(checkpoint)
    const signature = ed25519.sign(new TextEncoder().encode(text), secret)
    const note = formatNote({ text, signatures: [{ name: witness.name, keyId: witness.id, signature }] })
    expect(() => verifyCheckpoint(note, [witness])).toThrow(/has not signed/)
  })

  test.each([
    ['a leading zero', 'o\n042\nCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=\n'],
    ['a sign', 'o\n+42\nCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=\n'],
    ['a short root', 'o\n42\nCQkJ\n'],
    ['base64url', 'o\n42\n-QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=\n'],
    ['no origin', '\n42\nCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=\n'],
    ['a space in the origin', 'o o\n42\nCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=\n'],
    ['an empty extension line', 'o\n42\nCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=\n\n'],
    ['a size beyond 2^53', 'o\n9007199254740993\nCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=\n'],
    ['nothing', ''],
  ])('refused: %s', (_, text) => {
    expect(() => parseCheckpoint(text)).toThrow(/not a checkpoint/)
  })

  test('whatever is thrown at the parser ends in an error of its own or in what writes the same text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), text => {
        try {
          expect(formatNote(parseNote(text))).toBe(text)
        } catch (error) {
          expect(error).toMatchObject({ code: 'note-invalid' })
        }
      }),
    )
  })
})
