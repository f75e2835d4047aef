import { createPublicKey, verify } from 'node:crypto'
import { expect, test } from 'vitest'
import { logKey, logName, noteOf } from '../../test/support/witnessed-log.ts'
import { utf8 } from '../core/bytes.ts'
import type { Signer } from '../core/signer.ts'
import { p256Signer, verifierKey } from '../keys/index.ts'
import { verifyCheckpoint } from './checkpoint.ts'
import { evidenceKeyOf, evidenceSignature } from './evidence-signature.ts'
import { proofFailure } from './proof-failure.ts'
import { addSignatures, parseNote, verifyNote } from './signed-note.ts'
import { formatVerifierKey } from './verifier-key.ts'
import { ecdsaNumbers, parseAnyVerifierKey } from './verify-ecdsa.ts'

const signer = p256Signer(new Uint8Array(32).fill(3))
const key = evidenceKeyOf(logName, signer)

test('an evidence key signs the text that the log key has signed, in a line of its own', async () => {
  const note = await noteOf({ size: 5 })
  const both = addSignatures(note, [await evidenceSignature(note, { key, signer })])
  expect(parseNote(both).text).toBe(parseNote(note).text)
  expect(verifyNote(both, [logKey, key]).signers).toEqual([logKey, key])
  // Each key vouches by itself, and whoever knows only one of them passes the other's line over.
  expect(verifyCheckpoint(both, [key])).toEqual(verifyCheckpoint(note, [logKey]))
  expect(verifyCheckpoint(both, [logKey]).size).toBe(5)
})

test('OpenSSL verifies the line: ASN.1 DER over the SHA-256 of the text', async () => {
  const note = await noteOf({ size: 9 })
  const { signature } = await evidenceSignature(note, { key, signer })
  const publicKey = createPublicKey({ key: Buffer.from(key.publicKey), format: 'der', type: 'spki' })
  expect(verify('sha256', utf8(parseNote(note).text), publicKey, signature)).toBe(true)
  expect(verify('sha256', utf8(`${parseNote(note).text} `), publicKey, signature)).toBe(false)
})

test('its numbers are told from the line, for programs on chains', async () => {
  const note = await noteOf({ size: 9 })
  const { signature } = await evidenceSignature(note, { key, signer })
  const numbers = ecdsaNumbers(signature)
  const publicKey = createPublicKey({ key: Buffer.from(key.publicKey), format: 'der', type: 'spki' })
  const encoding = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
  expect(verify('sha256', utf8(parseNote(note).text), encoding, numbers)).toBe(true)
  expect(proofFailure(attempt(() => ecdsaNumbers(numbers)))).toBe('signature-bytes-invalid')
})

test('its verifier key is the one that the key room writes, and reads back', () => {
  expect(formatVerifierKey(key)).toBe(verifierKey(logName, signer.publicKey('p256'), 'evidence'))
  expect(parseAnyVerifierKey(formatVerifierKey(key))).toEqual(key)
})

test('a known evidence key whose line is false refuses the note', async () => {
  const [five, nine] = [await noteOf({ size: 5 }), await noteOf({ size: 9 })]
  const wrong = addSignatures(five, [await evidenceSignature(nine, { key, signer })])
  expect(verifyCheckpoint(wrong, [logKey]).size).toBe(5)
  expect(proofFailure(attempt(() => verifyCheckpoint(wrong, [logKey, key])))).toBe('signature-wrong')
})

test('what a token gives is verified before anybody sees it', async () => {
  const note = await noteOf({ size: 5 })
  const other = p256Signer(new Uint8Array(32).fill(4))
  const answers = [
    (data: Uint8Array) => other.sign(data, { algorithm: 'p256' }),
    async () => new Uint8Array(64),
    async () => new Uint8Array(70),
  ]
  for (const sign of answers) {
    const broken: Signer = { ...signer, sign }
    await expect(evidenceSignature(note, { key, signer: broken })).rejects.toMatchObject({
      code: 'key-invalid',
    })
  }
})

function attempt(act: () => unknown): unknown {
  try {
    return act()
  } catch (error) {
    return error
  }
}
