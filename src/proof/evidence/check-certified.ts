import { exactEnergy } from '../../core/exact-energy.ts'
import { type CertificateRecord, isRanged, newestStates } from './certificate-records.ts'
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
    const group = groups.get(key) ?? []
    group.push(one)
    groups.set(key, group)
  }
  return [...groups.values()].map(group => {
    const energy = group.reduce((sum, one) => sum + energyOf(one), 0n)
    return { ledger: group[0]?.ledger, certificates: group, energy }
  })
}

/** No certificate stands for less than nothing: one that says so must not hide what others have too much. */
function energyOf({ energy = 0n }: CertificateRecord): bigint {
  return energy < 0n ? 0n : energy
}

/**
 * Compares what certificates stand for with what the register rose by over their entries, as far as the first segment shows
 * it: up to each certificate's end no more may be certified than was counted since the segment's start. A file that begins
 * between a registration that was given up and the one that took its energy over can't show it.
 */
export function checkCertified(
  certificates: readonly CertificateRecord[],
  { main }: PeriodView,
): readonly Finding[] {
  return main.slice(0, 1).flatMap(start => {
    const { sequence } = start
    const before = sequence === 0 ? 0n : totalAfter(start)
    if (before === undefined) return []
    const first = sequence === 0 ? 0 : sequence + 1
    // Behind each entry of the segment; undefined where the one that says it does not show it.
    let total: bigint | undefined = before
    const totals = main.map(entry => {
      if (saysTotal(entry)) total = totalAfter(entry)
      return total
    })
    return certifiedBy(certificates).flatMap(group => {
      // What stands for an entry whose rise the segment does not show can't be compared.
      const within = group.certificates
        .filter(isRanged)
        .filter(one => one.first >= first && one.last < sequence + main.length)
        .toSorted((a, b) => (a.last < b.last ? -1 : 1))
      let sum = 0n
      return within.flatMap(one => {
        sum += energyOf(one)
        const upTo = totals[Math.max(0, Number(one.last) - sequence)]
        const risen = upTo === undefined ? sum : upTo / wattHour - before / wattHour
        return sum > risen ? [beyond(one, { sum, risen, first })] : []
      })
    })
  })
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
