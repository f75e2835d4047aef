import { expect, test } from 'vitest'
import { formatCheckpoint, parseCheckpoint } from './checkpoint.ts'
import { ProofError, proofFailure } from './proof-failure.ts'
import { formatNote, formatSignature, type NoteSignature } from './signed-note.ts'
import { verifierKeyOf } from './verifier-key.ts'

const signature = { name: 'log.example', keyId: new Uint8Array(4), signature: new Uint8Array(64) }

test.each<[string, Partial<NoteSignature>, string]>([
  ['no name', { name: '' }, 'key-name-invalid'],
  ['a name of two words', { name: 'log example' }, 'key-name-invalid'],
  ['a key id of five bytes', { keyId: new Uint8Array(5) }, 'signature-too-short'],
  ['no bytes', { signature: new Uint8Array(0) }, 'signature-too-short'],
])('a signature that could not be read again is not written: %s', (_, changes, failure) => {
  expect(() => formatSignature({ ...signature, ...changes })).toThrow(expect.objectContaining({ failure }))
})

test('a text that could not be read again is not written', () => {
  const written = (text: string) => () => formatNote({ text, signatures: [signature] })
  expect(written('text')).toThrow(expect.objectContaining({ failure: 'text-unterminated' }))
  expect(written('te\u0000xt\n')).toThrow(/control character U\+0000 at 2/)
})

test.each<[string, object, string]>([
  ['no size', { size: -1 }, 'size-too-large'],
  ['half a size', { size: 0.5 }, 'size-too-large'],
  ['a short root', { root: new Uint8Array(31) }, 'root-invalid'],
  ['two extensions in one', { extensions: ['one\ntwo'] }, 'extension-empty'],
])('a checkpoint that could not be read again is not written: %s', (_, changes, failure) => {
  const checkpoint = { origin: 'log.example', size: 1, root: new Uint8Array(32), extensions: [], ...changes }
  expect(() => formatCheckpoint(checkpoint)).toThrow(expect.objectContaining({ failure }))
})

test('a text without line feed is no checkpoint, a key without 32 bytes no key', () => {
  expect(() => parseCheckpoint('a\n0\nb')).toThrow(expect.objectContaining({ failure: 'text-unterminated' }))
  const short = () => verifierKeyOf('log.example', new Uint8Array(31))
  expect(short).toThrow(expect.objectContaining({ failure: 'key-bytes-invalid', code: 'note-invalid' }))
})

test('only what was refused as a proof has a code of one', () => {
  expect(proofFailure(new ProofError('forked', 'two roots', {}))).toBe('forked')
  expect(proofFailure(new Error('another'))).toBeUndefined()
})
