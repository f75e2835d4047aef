import { exactEnergy } from '../../core/exact-energy.ts'
import { type CertificateRecord, newestStates } from './certificate-records.ts'
import { leavesOpen, placeOf } from './findings.ts'
import { type PeriodView, saysTotal, totalAfter } from './period-view.ts'
import type { Finding } from './verification.ts'

/** mJ in a Wh. */
const wattHour = 3_600_000n

/** What the certificates of one contract stand for, Wh, those that were revoked left out. */
export interface Certified {
  readonly ledger: string | undefined
  readonly certificates: readonly CertificateRecord[]
  readonly energy: bigint
}

/** Certificates that stand, by the contract of each ledger. */
export function certifiedBy(certificates: readonly CertificateRecord[]): readonly Certified[] {
  const groups = new Map<string, CertificateRecord[]>()
  for (const one of newestStates(certificates)) {
    if (one.state === 'revoked') continue
    const key = `${one.ledger} ${one.chainId} ${one.contract}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [one])
    else group.push(one)
  }
  return [...groups.values()].map(group => {
    const energy = group.reduce((sum, one) => sum + (one.energy ?? 0n), 0n)
    return { ledger: group[0]?.ledger, certificates: group, energy }
  })
}

/**
 * Compares what certificates stand for with what the register rose by over their entries, as far as the first segment shows
 * it: up to each certificate's end no more may be certified than was counted since the segment's start. A file that begins
 * between a registration that was given up and the one that took its energy over can't show it.
 */
export function checkCertified(
  certificates: readonly CertificateRecord[],
  view: PeriodView,
): readonly Finding[] {
  return certifiedBy(certificates).flatMap(group => checkGroup(group, view))
}

function checkGroup({ certificates }: Certified, { main }: PeriodView): readonly Finding[] {
  const [start] = main
  const isWhole = start?.sequence === 0
  const before = isWhole ? 0n : start && saysTotal(start) ? totalAfter(start) : undefined
  if (start === undefined || before === undefined) return []
  // What stands for an entry whose rise the segment does not show can't be compared.
  const first = isWhole ? 0 : start.sequence + 1
  const within = certificates
    .filter(one => one.first !== undefined && one.first >= first)
    .toSorted((a, b) => (lastOf(a) < lastOf(b) ? -1 : 1))
  const findings: Finding[] = []
  let [at, sum]: [number, bigint] = [0, 0n]
  let total: bigint | undefined = before
  for (const one of within) {
    if (lastOf(one) > (main.at(-1)?.sequence ?? -1)) break
    for (let entry = main[at]; entry !== undefined && entry.sequence <= lastOf(one); entry = main[++at]) {
      if (saysTotal(entry)) total = totalAfter(entry)
    }
    sum += one.energy ?? 0n
    if (total === undefined) continue
    const risen = total / wattHour - before / wattHour
    if (sum > risen) findings.push(beyond(one, { sum, risen, first }))
  }
  return findings
}

function lastOf({ last = -1n }: CertificateRecord): bigint {
  return last
}

function beyond(
  certificate: CertificateRecord,
  { sum, risen, first }: { sum: bigint; risen: bigint; first: number },
): Finding {
  const { ledger, last } = certificate
  return leavesOpen(
    'certified-beyond',
    `Certificates of the ledger ${ledger} stand for ${exactEnergy(sum * wattHour)} of entries ${first} to ${last}, which raised the register by ${exactEnergy(risen * wattHour)} in whole watt-hours: more was certified than was counted.`,
    placeOf(certificate),
  )
}
