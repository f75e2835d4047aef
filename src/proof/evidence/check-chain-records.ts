import { equalBytes, fromBase64url } from '../../core/bytes.ts'
import type { Checkpoint } from '../checkpoint.ts'
import { receiptsOf } from './chain-records.ts'
import type { Evidence, EvidenceAnchor } from './evidence.ts'
import { absentStep, refutes, stepOf } from './findings.ts'
import type { RebuiltEntry } from './rebuilt-entry.ts'
import type { VerificationStep } from './verification.ts'

/** Binds anchors to trees that are shown. Whether chains have what the file says nobody can tell without a node. */
export function checkChainRecords(
  evidence: Evidence,
  { checkpoint, entries }: { checkpoint: Checkpoint; entries: readonly RebuiltEntry[] },
): VerificationStep {
  const { anchors } = evidence
  const findings = anchors
    .filter(anchor => !isBound(anchor, evidence, checkpoint))
    .map(({ size, transaction }) =>
      refutes(
        'anchor-unbound',
        `The anchor of ${size} entries, transaction ${transaction}, is of a tree that this file does not show to be a beginning of the log.`,
      ),
    )
  if (findings.length > 0) return stepOf('chain-records', findings, '')
  const receipts = receiptsOf(entries).length
  if (receipts + anchors.length === 0)
    return absentStep('chain-records', 'The file names nothing that stands on a chain.')
  return absentStep(
    'chain-records',
    `The file names what stands on chains: receipts of ledgers ${receipts}, anchors ${anchors.length}. Nobody has asked the chains; whoever has a node of them can.`,
  )
}

function isBound({ size, root }: EvidenceAnchor, { consistency }: Evidence, checkpoint: Checkpoint): boolean {
  if (size === checkpoint.size) return equalBytes(fromBase64url(root), checkpoint.root)
  return consistency.some(tree => tree.size === size && tree.root === root)
}
