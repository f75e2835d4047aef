/*
 * Evidence: one file from which a third party checks a reading or a period offline. `verifyEvidence` reads it, believing
 * nothing; the functions beside it are what whoever writes such a file shares with it.
 */

export type { CertificateRecord } from './certificate-records.ts'
export type { ChainPlace } from './chain-place.ts'
export { type ChainRecords, chainRecords, type ReceiptRecord } from './chain-records.ts'
export { decodeEvidence, longestEvidence } from './decode-evidence.ts'
export { deriveClaim } from './derive-claim.ts'
export { encodeEvidence } from './encode-evidence.ts'
export { sealedEntry, segmentOf, shownEntry, usualCid, usualSchema, wholeEntry } from './entry-form.ts'
export type {
  Evidence,
  EvidenceAnchor,
  EvidenceClaim,
  EvidenceConsistency,
  EvidenceEntry,
  EvidenceRaw,
  EvidenceSealed,
  EvidenceSegment,
  EvidenceShown,
  EvidenceWhole,
} from './evidence.ts'
export { evidenceVersion } from './evidence.ts'
export { EvidenceInvalid } from './evidence-invalid.ts'
export { type FindingCode, findingMeanings, isFindingCode } from './finding-codes.ts'
export { type Period, type PlaceInTime, placeInTime } from './period.ts'
export type {
  ClaimedSignature,
  Finding,
  StepName,
  Verification,
  VerificationStep,
  VerifiedGap,
  VerifiedReading,
  VerifyOptions,
} from './verification.ts'
export { stepNames } from './verification.ts'
export { verifyEvidence } from './verify-evidence.ts'
