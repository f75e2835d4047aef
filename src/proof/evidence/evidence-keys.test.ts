import { describe, expect, it } from 'vitest'
import { goodFile, roof } from '../../../test/evidence/scenarios.ts'
import { p256Signer } from '../../keys/index.ts'
import { readCheckpoint } from '../checkpoint.ts'
import { evidenceKeyOf, evidenceSignature } from '../evidence-signature.ts'
import { addSignatures } from '../signed-note.ts'
import { parseVerifierKey } from '../verifier-key.ts'
import { withEvidenceKeys } from '../verify-ecdsa.ts'
import { encodeEvidence } from './encode-evidence.ts'
import type { Evidence } from './evidence.ts'
import { verifyEvidence } from './verify-evidence.ts'

const scenario = roof()
const file = await goodFile(scenario)
const logKey = scenario.log.key
const { origin } = readCheckpoint(file.checkpoint)
const signer = p256Signer(new Uint8Array(32).fill(3))
const key = evidenceKeyOf(origin, signer)
const other = evidenceKeyOf(origin, p256Signer(new Uint8Array(32).fill(4)))

async function signedFile(changed: Partial<Evidence> = {}): Promise<string> {
  const line = await evidenceSignature(file.checkpoint, { key, signer })
  return encodeEvidence({ ...file, checkpoint: addSignatures(file.checkpoint, [line]), ...changed })
}

const stepOf = (verification: ReturnType<typeof verifyEvidence>) =>
  verification.steps.find(({ name }) => name === 'evidence-key')

describe('an evidence key that must have signed', () => {
  it('is named where it has, behind the step of the log key', async () => {
    const proven = withEvidenceKeys(verifyEvidence(await signedFile(), { keys: [logKey] }), [key, other])
    expect(proven.verdict).toBe('proven')
    expect(proven.steps.map(({ name }) => name).slice(0, 4)).toEqual([
      'format',
      'signature',
      'evidence-key',
      'witnesses',
    ])
    const id = Buffer.from(key.id).toString('hex')
    expect(stepOf(proven)).toMatchObject({
      state: 'holds',
      text: expect.stringContaining(`${origin}+${id}.`),
    })
  })

  it('leaves the file open where it has not, also when it signs for another log', async () => {
    const elsewhere = { ...key, name: 'elsewhere.example.org' }
    for (const keys of [[other], [elsewhere]]) {
      const open = withEvidenceKeys(verifyEvidence(await signedFile(), { keys: [logKey] }), keys)
      expect(open.verdict).toBe('incomplete')
      expect(stepOf(open)).toMatchObject({ state: 'open', findings: [{ code: 'evidence-key-missing' }] })
    }
  })

  it('refutes the file whose line of it is false', async () => {
    const earlier = await goodFile(roof(undefined, { changed: true }))
    const line = await evidenceSignature(earlier.checkpoint, { key, signer })
    const checkpoint = addSignatures(file.checkpoint, [line])
    const text = await signedFile({ checkpoint })
    expect(verifyEvidence(text, { keys: [logKey] }).verdict).toBe('proven')
    const refuted = withEvidenceKeys(verifyEvidence(text, { keys: [logKey] }), [key])
    expect(refuted.verdict).toBe('refuted')
    expect(stepOf(refuted)).toMatchObject({ state: 'false', findings: [{ code: 'signature-false' }] })
  })

  it('makes nothing better: what is refuted or open without it stays so', async () => {
    expect(withEvidenceKeys(verifyEvidence(await signedFile()), [key]).verdict).toBe('incomplete')
    const bent = (await signedFile()).replace('"energy":"', '"energy":"1')
    const refuted = withEvidenceKeys(verifyEvidence(bent, { keys: [logKey] }), [other])
    expect(refuted.verdict).toBe('refuted')
  })

  it('is not asked for where none is named, and of a file that can not be read nothing is said', async () => {
    const verification = verifyEvidence(await signedFile(), { keys: [logKey] })
    expect(withEvidenceKeys(verification, [])).toBe(verification)
    const unreadable = verifyEvidence('{')
    expect(withEvidenceKeys(unreadable, [key])).toBe(unreadable)
    const broken = verifyEvidence(await signedFile({ checkpoint: 'no note\n' }), { keys: [logKey] })
    expect(withEvidenceKeys(broken, [key]).verdict).toBe('refuted')
  })

  it('is one by P-256, and there once', async () => {
    const verification = verifyEvidence(await signedFile(), { keys: [logKey] })
    expect(() => withEvidenceKeys(verification, [parseVerifierKey(logKey)])).toThrow('is no evidence key')
    expect(() => withEvidenceKeys(verification, [key, key])).toThrow('are one key')
  })
})
