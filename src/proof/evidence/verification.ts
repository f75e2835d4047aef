import type { VerifierKey } from '../verifier-key.ts'
import type { CertificateRecord } from './certificate-records.ts'
import type { Evidence } from './evidence.ts'
import type { FindingCode } from './finding-codes.ts'

/** What the check of an evidence file came to. */
export interface Verification {
  /** `proven`: all holds; `refuted`: something is false; `incomplete`: nothing is false, and something is left open. */
  readonly verdict: 'proven' | 'refuted' | 'incomplete'
  /** Each step once, in a fixed order, with what it is about. */
  readonly steps: readonly VerificationStep[]
  /** The file as it was read; undefined when it could not be. */
  readonly evidence: Evidence | undefined
  /** Readings of the claim's period as the verified documents have them, for a table or a plot. */
  readonly readings: readonly VerifiedReading[]
  /** Silences that the log itself tells of, within the period. */
  readonly gaps: readonly VerifiedGap[]
  /**
   * Certificates that stand for energy of the period, or for some of it, as the log knew them: each in its newest state. Whether
   * chains have them nobody has looked.
   */
  readonly certificates: readonly CertificateRecord[]
  /** Signatures of single entries that stand in the file. Nobody has checked them: `withEvidenceKeys` does. */
  readonly signatures: readonly ClaimedSignature[]
}

/** What the file says is a key's signature of one entry. */
export interface ClaimedSignature {
  readonly segment: number
  readonly sequence: number
  readonly stream: string
  /** Hash of the entry, base64url. */
  readonly leaf: string
  /** Key id (4 bytes) || r || s (32 bytes each), base64url. */
  readonly signed: string
}

export const stepNames = [
  /** The file is one of ours and says everything in the one way in which it can be said. */
  'format',
  /** The checkpoint is signed by a key that the verifier was told to trust. */
  'signature',
  /** Witnesses that the verifier trusts have cosigned it. */
  'witnesses',
  /** Every segment's last entry stands in the checkpoint's tree. */
  'inclusion',
  /** Entries of a segment follow one another without a hole. */
  'chain',
  /** Documents and shown fields are those that the entries commit to, and of their schema. */
  'documents',
  /** Raw bytes are those that the documents name. */
  'raw',
  /** Totals follow from the readings. */
  'register',
  /** No entry of the period is left out. */
  'completeness',
  /** The claim follows from the entries. */
  'claim',
  /** The checkpoint's tree begins with earlier ones, those of an earlier audit among them. */
  'history',
  /** What stands on chains; checked by whoever has a node. */
  'chain-records',
] as const

/** `evidence-key` stands behind `signature` where the verifier asks for an evidence key's signature too. */
export type StepName = (typeof stepNames)[number] | 'evidence-key'

export interface VerificationStep {
  readonly name: StepName
  /** `holds`, `false`, `open` (not decided, and the verdict can't be `proven`), `absent` (nothing of it, and none is needed). */
  readonly state: 'holds' | 'false' | 'open' | 'absent'
  /** What was found, one sentence for people. */
  readonly text: string
  readonly findings: readonly Finding[]
}

/** Something that refutes a step, leaves it open, or should be known. */
export interface Finding {
  readonly code: FindingCode
  readonly effect: 'refutes' | 'leaves-open' | 'note'
  /** With the data, for people. */
  readonly text: string
  /** Which entry it is about. */
  readonly segment?: number
  readonly sequence?: number
}

export interface VerifiedReading {
  readonly segment: number
  readonly sequence: number
  readonly kind: 'reading' | 'revision'
  /** UTC with three decimals; undefined where not shown. */
  readonly measuredAt: string | undefined
  readonly from: string | undefined
  /** What the source said, and the register's total after it, mJ. */
  readonly energy: bigint | undefined
  readonly total: bigint | undefined
  /** `counted`, `late` or `held/<reason>`. */
  readonly status: string | undefined
  /** Name and id of the evidence key that has signed this entry by itself; only where such a key was asked for, and has. */
  readonly signedBy?: string
}

export interface VerifiedGap {
  readonly segment: number
  readonly sequence: number
  readonly from: string | undefined
  readonly to: string | undefined
  readonly reason: string | undefined
}

/** What the verifier is told from outside the file. */
export interface VerifyOptions {
  /** Verifier keys of the log that are trusted. Without any, whoever made the file could have made the log. */
  readonly keys?: readonly (string | VerifierKey)[]
  /** Verifier keys of trusted witnesses, and how many must have cosigned (default: all). */
  readonly witnesses?: readonly string[]
  readonly quorum?: number
  /** Text of an evidence file of an earlier audit. */
  readonly previous?: string | Uint8Array
}
