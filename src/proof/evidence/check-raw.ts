import { fromBase64url, toBase64url } from '../../core/bytes.ts'
import type { Hashes } from '../hashes.ts'
import type { Evidence } from './evidence.ts'
import { absentStep, refutes, stepOf } from './findings.ts'
import { type RebuiltEntry, textOf } from './rebuilt-entry.ts'
import type { VerificationStep } from './verification.ts'

/** Compares the raw bytes with the hashes that documents name. */
export function checkRaw(
  { raw }: Evidence,
  entries: readonly RebuiltEntry[],
  hashes: Hashes,
): VerificationStep {
  const named = new Set(entries.map(entry => textOf(entry, 'raw')).filter(hash => typeof hash === 'string'))
  if (raw === undefined) return absentStep('raw', 'The file holds no raw bytes of the sources.')
  const findings = Object.entries(raw).flatMap(([hash, { bytes }]) => {
    if (!named.has(hash)) return [refutes('raw-unreferenced', `No document names the raw bytes ${hash}.`)]
    const actual = toBase64url(hashes.sha256(fromBase64url(bytes)))
    return actual === hash
      ? []
      : [refutes('raw-mismatch', `The raw bytes under ${hash} have the hash ${actual}.`)]
  })
  const count = Object.keys(raw).length
  return stepOf(
    'raw',
    findings,
    `${count} of ${named.size} answers of the sources are here as they came, and are those that the documents name. What they say is for you to compare.`,
  )
}
