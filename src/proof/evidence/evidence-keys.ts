import { toHex } from '../../core/bytes.ts'
import { verifyCheckpoint } from '../checkpoint.ts'
import { type ProofFailure, proofFailure } from '../proof-failure.ts'
import { verifyNote } from '../signed-note.ts'
import { refusedKey, type VerifierKey } from '../verifier-key.ts'
import { attempt } from './attempt.ts'
import { isOfCaller } from './check-signature.ts'
import { leavesOpen, refutes, stepOf } from './findings.ts'
import type { Finding, Verification, VerificationStep } from './verification.ts'

/**
 * The verification with a step of its own, behind that of the log key: whether one of these evidence keys has signed the
 * checkpoint too. A file that lacks their line proves nothing by itself, as the token may have been away; a line that is there and
 * false refutes it.
 * @param keys - evidence keys (P-256) that the verifier trusts, one of which must have signed
 * @throws EnergywebError `note-invalid` for a key that is none of P-256; `proof-invalid` for one that is there twice
 * @example
 * const checked = withEvidenceKeys(verifyEvidence(file, { keys: [logKey] }), [parseAnyVerifierKey(evidenceKey)])
 */
export function withEvidenceKeys(verification: Verification, keys: readonly VerifierKey[]): Verification {
  const { evidence } = verification
  const wrong = keys.find(({ type }) => type !== 'ecdsa')
  if (wrong !== undefined)
    throw refusedKey('key-type-wrong', `${keyInWords(wrong)} is no evidence key, which is one by P-256`)
  if (evidence === undefined || keys.length === 0) return verification
  const step = checkEvidenceKeys(evidence.checkpoint, keys)
  const steps = verification.steps.flatMap(one => (one.name === 'signature' ? [one, step] : [one]))
  return { ...verification, steps, verdict: verdictWith(verification.verdict, step) }
}

function verdictWith(verdict: Verification['verdict'], { state }: VerificationStep): Verification['verdict'] {
  if (state === 'false' || verdict === 'refuted') return 'refuted'
  return state === 'holds' ? verdict : 'incomplete'
}

function checkEvidenceKeys(note: string, keys: readonly VerifierKey[]): VerificationStep {
  const named = keys.map(keyInWords).join(' or ')
  const signers = attempt(
    () => {
      verifyCheckpoint(note, keys)
      return verifyNote(note, keys).signers
    },
    error =>
      isOfCaller(error) ? undefined : findingOf(proofFailure(error), { message: error.message, named }),
  )
  if ('code' in signers) return stepOf('evidence-key', [signers], '')
  const words = signers.map(keyInWords).join(', ')
  return stepOf('evidence-key', [], `Signed beside the log key by the evidence key that you trust: ${words}.`)
}

const missing: readonly (ProofFailure | undefined)[] = ['signer-unknown', 'origin-not-signed']

function findingOf(
  failure: ProofFailure | undefined,
  { message, named }: { readonly message: string; readonly named: string },
): Finding {
  return missing.includes(failure)
    ? leavesOpen('evidence-key-missing', `The checkpoint is not signed by ${named}: ${message}.`)
    : refutes('signature-false', `The evidence key's signature is false: ${message}.`)
}

/** Name and id of a key: what the line of a signature tells of it. */
export function keyInWords({ name, id }: Pick<VerifierKey, 'name' | 'id'>): string {
  return `${name}+${toHex(id)}`
}
