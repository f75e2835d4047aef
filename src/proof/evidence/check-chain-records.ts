import { toBase64url } from '../../core/bytes.ts'
import { exactEnergy } from '../../core/exact-energy.ts'
import type { Checkpoint } from '../checkpoint.ts'
import type { CertificateRecord } from './certificate-records.ts'
import { receiptsOf } from './chain-records.ts'
import { certifiedBy, checkCertified } from './check-certified.ts'
import type { Evidence } from './evidence.ts'
import { absentStep, refutes, stepOf } from './findings.ts'
import type { PeriodView } from './period-view.ts'
import type { RebuiltEntry } from './rebuilt-entry.ts'
import type { VerificationStep } from './verification.ts'

/**
 * Binds anchors to trees that are shown, and compares certificates with what was counted. Whether chains have what the file says nobody can tell
 * without a node.
 */
export function checkChainRecords(
  evidence: Evidence,
  context: {
    checkpoint: Checkpoint
    entries: readonly RebuiltEntry[]
    view: PeriodView
    certificates: readonly CertificateRecord[]
  },
): VerificationStep {
  const { checkpoint, certificates } = context
  const { anchors } = evidence
  // Roots of trees that the file shows to be beginnings of the log, or the whole of it.
  const shown = new Map(evidence.consistency.map(({ size, root }) => [size, root]))
  shown.set(checkpoint.size, toBase64url(checkpoint.root))
  const unbound = anchors
    .filter(({ size, root }) => shown.get(size) !== root)
    .map(({ size, transaction }) =>
      refutes(
        'anchor-unbound',
        `The anchor of ${size} entries, transaction ${transaction}, is of a tree that this file does not show to be a beginning of the log.`,
      ),
    )
  const findings = [...unbound, ...checkCertified(certificates, context.view)]
  if (findings.length > 0) return stepOf('chain-records', findings, '')
  const receipts = receiptsOf(context.entries).length
  if (receipts + anchors.length + certificates.length === 0)
    return absentStep('chain-records', 'The file names nothing that stands on a chain.')
  return absentStep(
    'chain-records',
    `The file names what stands on chains: receipts of ledgers ${receipts}, anchors ${anchors.length}${certifiedInWords(certificates)}. Nobody has asked the chains; whoever has a node of them can.`,
  )
}

function certifiedInWords(certificates: readonly CertificateRecord[]): string {
  const said = certifiedBy(certificates).map(
    ({ ledger, certificates: { length }, energy }) =>
      `${length} of the ledger ${ledger} for ${exactEnergy(energy * 3_600_000n)}`,
  )
  return certificates.length === 0 ? '' : `, certificates that stand: ${said.join(', ') || 'none'}`
}
