import { isEnergywebError, messageOf } from '../../core/errors.ts'
import { type Checkpoint, verifyCheckpoint } from '../checkpoint.ts'
import { type ProofFailure, proofFailure } from '../proof-failure.ts'
import { parseVerifierKey, type VerifierKey } from '../signed-note.ts'
import type { Evidence } from './evidence.ts'
import type { FindingCode } from './finding-codes.ts'
import { leavesOpen, note, refutes, stepOf } from './findings.ts'
import type { Finding, VerificationStep } from './verification.ts'

/** Says whether a key that is trusted has signed the checkpoint; without one, whether the key that the file names has. */
export function checkSignature(
  { checkpoint: signed, key: named }: Evidence,
  checkpoint: Checkpoint,
  keys: readonly string[],
): VerificationStep {
  const { origin, size } = checkpoint
  const trusted = keys.map(key => parseVerifierKey(key))
  const findings = trusted.length === 0 ? unTrusted(signed, named) : refusal(signed, trusted)
  const differs = trusted.length > 0 && !keys.includes(named)
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

const failures: Partial<Record<ProofFailure, FindingCode>> = {
  'signer-unknown': 'key-foreign',
  'origin-not-signed': 'key-foreign',
}

/** Why none of the keys vouches for the checkpoint; nothing when one does. */
export function refusal(signed: string, keys: readonly VerifierKey[]): readonly Finding[] {
  try {
    verifyCheckpoint(signed, keys)
    return []
  } catch (error) {
    const failure = proofFailure(error)
    // Keys are what the caller says: when they are unusable together, it is no matter of the file.
    if (failure === undefined || failure === 'key-repeated' || failure === 'key-type-wrong') throw error
    const code = failures[failure] ?? 'signature-false'
    const why =
      code === 'key-foreign'
        ? 'None of the keys that you trust has signed the checkpoint'
        : 'The checkpoint is not what was signed'
    return [refutes(code, `${why}: ${messageOf(error)}.`)]
  }
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
  try {
    const key = parseVerifierKey(text)
    return key.type === 'cosignature' ? undefined : key
  } catch (error) {
    if (!isEnergywebError(error, 'note-invalid')) throw error
    return undefined
  }
}
