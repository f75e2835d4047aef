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
  view: PeriodView,
): readonly Finding[] {
  const groups = certifiedBy(certificates)
  return shownOf(view).flatMap(shown => groups.flatMap(group => checkGroup(group, shown)))
}

/** What the first segment shows of the total: where it begins, the total before that, and after each entry that says it. */
interface Shown {
  readonly first: number
  readonly end: number
  readonly before: bigint
  /** Ascending; the first one stands for what is before the segment. */
  readonly totals: readonly { readonly sequence: number; readonly total: bigint | undefined }[]
}

function shownOf({ main }: PeriodView): readonly Shown[] {
  return main.slice(0, 1).flatMap(start => {
    const before = start.sequence === 0 ? 0n : totalAfter(start)
    if (before === undefined) return []
    const first = start.sequence === 0 ? 0 : start.sequence + 1
    const end = start.sequence + main.length - 1
    const said = main.filter(saysTotal).map(entry => ({ sequence: entry.sequence, total: totalAfter(entry) }))
    return [{ first, end, before, totals: [{ sequence: -1, total: before }, ...said] }]
  })
}

/** The total behind an entry; undefined where the one that says it does not show it. */
function totalAt({ totals }: Shown, sequence: bigint): bigint | undefined {
  let [low, high] = [1, totals.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const isBehind = Number(totals[middle]?.sequence) > sequence
    if (isBehind) high = middle
    else low = middle + 1
  }
  return totals[low - 1]?.total
}

function checkGroup({ certificates }: Certified, shown: Shown): readonly Finding[] {
  const { first, end, before } = shown
  // What stands for an entry whose rise the segment does not show can't be compared.
  const within = certificates
    .filter(isRanged)
    .filter(one => one.first >= first && one.last <= end)
    .toSorted((a, b) => (a.last < b.last ? -1 : 1))
  let sum = 0n
  return within.flatMap(one => {
    const total = totalAt(shown, one.last)
    sum += energyOf(one)
    const risen = total === undefined ? sum : total / wattHour - before / wattHour
    return sum > risen ? [beyond(one, { sum, risen, first })] : []
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
