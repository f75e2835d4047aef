import { expect, it } from 'vitest'
import { goodFile, roof } from '../../../test/evidence/scenarios.ts'
import { concatBytes, fromBase64url, toBase64url } from '../../core/bytes.ts'
import { p256Signer } from '../../keys/index.ts'
import { readCheckpoint } from '../checkpoint.ts'
import { entrySignature, evidenceKeyOf } from '../evidence-signature.ts'
import { encodeEvidence } from './encode-evidence.ts'
import { checkEntrySignatures, placeKey } from './entry-signatures.ts'
import { verifyEvidence } from './verify-evidence.ts'

const scenario = roof()
const file = await goodFile(scenario)
const { origin } = readCheckpoint(file.checkpoint)
const signer = p256Signer(new Uint8Array(32).fill(3))
const key = evidenceKeyOf(origin, signer)
const verification = verifyEvidence(encodeEvidence(file), { keys: [scenario.log.key] })

const place = { segment: 0, sequence: 2, stream: scenario.log.stream(1) }
const leaf = toBase64url(scenario.entries[2]?.leaf ?? new Uint8Array())
const signers = (signature: Uint8Array, id = key.id) => {
  const signed = toBase64url(concatBytes(id, signature))
  return checkEntrySignatures({ ...verification, signatures: [{ ...place, leaf, signed }] }, [key])
}
const signature = await entrySignature(
  { stream: place.stream, sequence: place.sequence, leaf: fromBase64url(leaf) },
  { key, signer },
)

it('a signature of an entry is of the key that made it', () => {
  expect(signers(signature)).toEqual({
    signers: new Map([[placeKey(place), expect.stringContaining(origin)]]),
    findings: [],
  })
})

it('of a key that was not asked about nothing is said', () => {
  const nothing = { signers: new Map(), findings: [] }
  expect(signers(signature, Uint8Array.of(1, 2, 3, 4))).toEqual(nothing)
})

it('bytes that are none, and those of another text, are false', () => {
  for (const bent of [new Uint8Array(64), signature.map((byte, i) => (i === 40 ? byte ^ 1 : byte))]) {
    const { signers: found, findings } = signers(bent)
    expect(found.size).toBe(0)
    expect(findings).toMatchObject([{ code: 'signature-false' }])
  }
})
