import type { Evidence, FindingCode, Verification } from '../../src/proof/evidence/index.ts'
import { encodeEvidence } from '../../src/proof/evidence/index.ts'

/** A complete evidence file that fails, falls short or has something to tell, and what a verifier must find in it. */
export interface Vector {
  /** What was done to it, for the file's name. */
  readonly name: string
  readonly code: FindingCode
  readonly verdict: Verification['verdict']
  readonly file: string | Uint8Array
  /** Name of an earlier file, beside it. */
  readonly previous?: string
  /** False when no key is trusted. */
  readonly trusted?: false
}

/** A vector from an object: written as it must be, and false. */
export function falsified(
  code: FindingCode,
  name: string,
  evidence: Evidence,
  more: Partial<Vector> = {},
): Vector {
  return { name, code, verdict: 'refuted', file: encodeEvidence(evidence), ...more }
}

/** One of another text. */
export function rewritten(code: FindingCode, name: string, file: string | Uint8Array): Vector {
  return { name, code, verdict: 'refuted', file }
}
