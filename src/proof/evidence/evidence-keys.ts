import { verifyCheckpoint } from '../checkpoint.ts'
import { type ProofFailure, proofFailure } from '../proof-failure.ts'
import { verifyNote } from '../signed-note.ts'
import { keyInWords, refusedKey, type VerifierKey } from '../verifier-key.ts'
import { attempt } from './attempt.ts'
import { isOfCaller } from './check-signature.ts'
import { checkEntrySignatures, placeKey } from './entry-signatures.ts'
import { leavesOpen, note, refutes, stepOf } from './findings.ts'
import type { Finding, Verification, VerificationStep, VerifiedReading } from './verification.ts'

/** What is asked of evidence keys beside their signature of the checkpoint. */
export interface EvidenceKeyDemands {
  /** Each reading of the period must be signed by itself, too. Default false: the checkpoint's signature speaks for all of them. */
  readonly eachReading?: boolean
}

/**
 * The verification with a step of its own, behind that of the log key: whether one of these evidence keys has signed the
 * checkpoint too, and which readings it has signed one by one. A file that lacks the checkpoint's line proves nothing by itself, as
 * the token may have been away; a signature that is there and false refutes it.
 * @param keys - evidence keys (P-256) that the verifier trusts, one of which must have signed
 * @throws EnergywebError `note-invalid` for a key that is none of P-256; `proof-invalid` for one that is there twice
 * @example
 * const checked = withEvidenceKeys(verifyEvidence(file, { keys: [logKey] }), [parseAnyVerifierKey(evidenceKey)])
 */
export function withEvidenceKeys(
  verification: Verification,
  keys: readonly VerifierKey[],
  { eachReading = false }: EvidenceKeyDemands = {},
): Verification {
  const { evidence } = verification
  const wrong = keys.find(({ type }) => type !== 'ecdsa')
  if (wrong !== undefined)
    throw refusedKey('key-type-wrong', `${keyInWords(wrong)} is no evidence key, which is one by P-256`)
  if (evidence === undefined || keys.length === 0) return verification
  const checkpoint = checkCheckpoint(evidence.checkpoint, keys)
  const { signers, findings } = checkEntrySignatures(verification, keys)
  const readings = verification.readings.map(reading => {
    const signedBy = signers.get(placeKey(reading))
    return signedBy === undefined ? reading : { ...reading, signedBy }
  })
  const step = stepOf(
    'evidence-key',
    [
      ...checkpoint.findings,
      ...findings,
      ...(eachReading ? unsigned(readings) : []),
      ...(checkpoint.text === '' ? alone(readings) : []),
    ],
    [checkpoint.text, readingsInWords(readings)].join(''),
  )
  const steps = verification.steps.flatMap(one => (one.name === 'signature' ? [one, step] : [one]))
  return { ...verification, readings, steps, verdict: verdictWith(verification.verdict, step) }
}

function verdictWith(verdict: Verification['verdict'], { state }: VerificationStep): Verification['verdict'] {
  if (state === 'false' || verdict === 'refuted') return 'refuted'
  return state === 'holds' ? verdict : 'incomplete'
}

function checkCheckpoint(
  signed: string,
  keys: readonly VerifierKey[],
): { readonly findings: readonly Finding[]; readonly text: string } {
  const named = keys.map(keyInWords).join(' or ')
  const signers = attempt(
    () => {
      verifyCheckpoint(signed, keys)
      return verifyNote(signed, keys).signers
    },
    error =>
      isOfCaller(error) ? undefined : findingOf(proofFailure(error), { message: error.message, named }),
  )
  if ('code' in signers) return { findings: [signers], text: '' }
  const words = signers.map(keyInWords).join(', ')
  return { findings: [], text: `Signed beside the log key by the evidence key that you trust: ${words}.` }
}

function countSigned(readings: readonly VerifiedReading[]): number {
  return readings.filter(({ signedBy }) => signedBy !== undefined).length
}

function readingsInWords(readings: readonly VerifiedReading[]): string {
  const count = countSigned(readings)
  if (count === 0) return ''
  if (count === readings.length) return ` It has signed each of the ${count} readings of the period, too.`
  return ` It has signed ${count} of the ${readings.length} readings of the period one by one, too; its signature of the checkpoint speaks for the others.`
}

/** Of readings that are signed in a file whose checkpoint is not. */
function alone(readings: readonly VerifiedReading[]): readonly Finding[] {
  const count = countSigned(readings)
  if (count === 0) return []
  const text = `Of the ${readings.length} readings of the period ${count} are signed by it one by one: that speaks for each of these, and for nothing else in the file.`
  return [note('evidence-key-missing', text)]
}

function unsigned(readings: readonly VerifiedReading[]): readonly Finding[] {
  const without = readings.filter(({ signedBy }) => signedBy === undefined)
  const [first] = without
  if (first === undefined) return []
  const { segment, sequence } = first
  const text = `Of the ${readings.length} readings of the period ${without.length} are not signed one by one; the first is entry ${sequence}.`
  return [leavesOpen('evidence-key-missing', text, { segment, sequence })]
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
