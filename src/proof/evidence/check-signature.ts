import type { EnergywebError } from '../../core/errors.ts'
import { type Checkpoint, verifyCheckpoint } from '../checkpoint.ts'
import { type ProofFailure, proofFailure } from '../proof-failure.ts'
import { formatVerifierKey, parseVerifierKey, type VerifierKey } from '../verifier-key.ts'
import { attempt } from './attempt.ts'
import type { Evidence } from './evidence.ts'
import { leavesOpen, note, refutes, stepOf } from './findings.ts'
import type { Finding, VerificationStep } from './verification.ts'

/** Says whether a key that is trusted has signed the checkpoint; without one, whether the key that the file names has. */
export function checkSignature(
  { checkpoint: signed, key: named }: Evidence,
  checkpoint: Checkpoint,
  keys: readonly (string | VerifierKey)[],
): VerificationStep {
  const { origin, size } = checkpoint
  const trusted = keys.map(trustedKey)
  const findings = trusted.length === 0 ? unTrusted(signed, named) : refusal(signed, trusted)
  const differs = trusted.length > 0 && !trusted.some(key => formatVerifierKey(key) === named)
  return stepOf(
    'signature',
    [
      ...findings,
      ...(differs
        ? [note('key-differs', `The file names another key than those that are trusted: ${named}`)]
        : []),
    ],
    `The log ${origin} has signed its size, ${size} entries, and its root with a key that you trust.`,
  )
}

/** A key as the caller gives it: one by ECDSA, whose curve not every page loads, comes as it was read. */
export function trustedKey(key: string | VerifierKey): VerifierKey {
  return typeof key === 'string' ? parseVerifierKey(key) : key
}

const foreign: readonly (ProofFailure | undefined)[] = ['signer-unknown', 'origin-not-signed']

/** Keys are what the caller says: when they are unusable together, it is no matter of the file. */
export function isOfCaller(error: EnergywebError): boolean {
  const failure = proofFailure(error)
  return failure === 'key-repeated' || failure === 'key-type-wrong'
}

/** Why none of the keys vouches for the checkpoint; nothing when one does. */
export function refusal(signed: string, keys: readonly VerifierKey[]): readonly Finding[] {
  const refused = attempt(
    () => void verifyCheckpoint(signed, keys),
    error => {
      if (isOfCaller(error)) return undefined
      const isForeign = foreign.includes(proofFailure(error))
      return isForeign
        ? refutes(
            'key-foreign',
            `None of the keys that you trust has signed the checkpoint: ${error.message}.`,
          )
        : refutes('signature-false', `The checkpoint is not what was signed: ${error.message}.`)
    },
  )
  return refused === undefined ? [] : [refused]
}

function unTrusted(signed: string, named: string): readonly Finding[] {
  const key = keyNamed(named)
  if (key === undefined) {
    return [
      leavesOpen(
        'key-not-trusted',
        'You have not said which key you trust, and the file names none that can be read.',
      ),
    ]
  }
  const refused = refusal(signed, [key])
  if (refused.length > 0) return refused
  return [
    leavesOpen(
      'key-not-trusted',
      `The checkpoint is signed by the key ${named}, which you have not said that you trust: whoever made this file could have made the log. Get the log's key from its operator by another way.`,
    ),
  ]
}

function keyNamed(text: string): VerifierKey | undefined {
  const key = attempt(
    () => parseVerifierKey(text),
    () => null,
  )
  return key === null || key.type === 'cosignature' ? undefined : key
}
