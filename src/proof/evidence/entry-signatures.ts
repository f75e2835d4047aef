import { equalBytes, fromBase64url } from '../../core/bytes.ts'
import { derOf } from '../ecdsa-key.ts'
import { entryStatement } from '../entry-statement.ts'
import { hasSigned, keyInWords, type VerifierKey } from '../verifier-key.ts'
import { readFileCheckpoint } from './checkpoint-in-file.ts'
import { placeOf, refutes } from './findings.ts'
import type { ClaimedSignature, Finding, Verification } from './verification.ts'

/** Which key has signed an entry by itself, by the entry's place in the file, and which signatures are false. */
export interface EntrySigners {
  readonly signers: ReadonlyMap<string, string>
  readonly findings: readonly Finding[]
}

/** An entry's place in the file, as text. */
export function placeKey({ segment, sequence }: Pick<ClaimedSignature, 'segment' | 'sequence'>): string {
  return `${segment} ${sequence}`
}

/**
 * Verifies the signatures of single entries by these keys, each as of the log whose checkpoint the file has. Signatures of other
 * keys are passed over, as they are under a checkpoint.
 */
export function checkEntrySignatures(
  { evidence, signatures }: Verification,
  keys: readonly VerifierKey[],
): EntrySigners {
  const checkpoint = evidence && readFileCheckpoint(evidence.checkpoint)
  if (checkpoint === undefined || 'code' in checkpoint) return { signers: new Map(), findings: [] }
  const { origin } = checkpoint
  const own = keys.filter(({ name }) => name === origin)
  const signers = new Map<string, string>()
  const findings: Finding[] = []
  for (const entry of signatures) {
    const bytes = fromBase64url(entry.signed)
    const key = own.find(({ id }) => equalBytes(id, bytes.subarray(0, 4)))
    if (key === undefined) continue
    if (holds(entry, { key, origin, numbers: bytes.subarray(4) }))
      signers.set(placeKey(entry), keyInWords(key))
    else {
      const text = `The signature of entry ${entry.sequence} is not that of ${keyInWords(key)}.`
      findings.push(refutes('signature-false', text, placeOf(entry)))
    }
  }
  return { signers, findings }
}

function holds(
  { stream, sequence, leaf }: ClaimedSignature,
  {
    key,
    origin,
    numbers,
  }: { readonly key: VerifierKey; readonly origin: string; readonly numbers: Uint8Array },
): boolean {
  const signature = derOf(numbers)
  if (signature === undefined) return false
  const message = entryStatement(origin, { stream, sequence, leaf: fromBase64url(leaf) })
  return hasSigned(key, { message, signature }) === true
}
