import { certificateSchema } from '../../core/certificate.ts'
import { type ChainPlace, chainPlaceOf } from './chain-place.ts'
import type { PeriodView } from './period-view.ts'
import { integerOf, type RebuiltEntry, textOf } from './rebuilt-entry.ts'

/** What became of a certificate, as an entry of the log has it. What the file does not show is undefined. */
export interface CertificateRecord extends ChainPlace {
  /** Its id in the contract. */
  readonly certificate: bigint | undefined
  /** What it stands for, Wh. */
  readonly energy: bigint | undefined
  readonly owner: string | undefined
  /** `issued`, `revoked`, `retired` or `claimed`. */
  readonly state: string | undefined
}

/** Certificates among entries: of each and each of its states the newest entry, by sequence. */
export function certificatesOf(entries: readonly RebuiltEntry[]): readonly CertificateRecord[] {
  return newestOf(
    entries
      .filter(({ schema, content }) => schema === certificateSchema.name && content !== 'sealed')
      .map(recordOf),
    one => `${keyOf(one)} ${one.state}`,
  )
}

/** A certificate that shows for which entries it stands. */
export type RangedCertificate = CertificateRecord & { readonly first: bigint; readonly last: bigint }

export function isRanged(certificate: CertificateRecord): certificate is RangedCertificate {
  return certificate.first !== undefined && certificate.last !== undefined
}

/** Those that stand for an entry that was measured in the period; one that does not show what it stands for may. */
export function certificatesWithin(
  certificates: readonly CertificateRecord[],
  { placed }: PeriodView,
): readonly CertificateRecord[] {
  const sequences = [...placed.values()]
    .flatMap(({ entry, place }) => (place === 'within' ? [entry.sequence] : []))
    .toSorted((a, b) => a - b)
    .values()
  let next = sequences.next()
  const ranged = certificates.filter(isRanged).toSorted((a, b) => (a.first < b.first ? -1 : 1))
  return [
    ...ranged.filter(({ first, last }) => {
      while (next.done !== true && next.value < first) next = sequences.next()
      return next.done !== true && next.value <= last
    }),
    ...certificates.filter(certificate => !isRanged(certificate)),
  ]
}

/** Of certificates in all their states the newest state of each. */
export function newestStates(certificates: readonly CertificateRecord[]): readonly CertificateRecord[] {
  return newestOf(certificates, keyOf)
}

function recordOf(entry: RebuiltEntry): CertificateRecord {
  const text = (field: string) => textOf(entry, field) ?? undefined
  return {
    ...chainPlaceOf(entry),
    certificate: integerOf(entry, 'certificate'),
    energy: integerOf(entry, 'energy'),
    owner: text('owner'),
    state: text('state'),
  }
}

/** One that does not show its id is told apart from every other. */
function keyOf({ ledger, chainId, contract, certificate, sequence }: CertificateRecord): string {
  return `${ledger} ${chainId} ${contract} ${certificate ?? `in ${sequence}`}`
}

function newestOf(
  certificates: readonly CertificateRecord[],
  keyOfOne: (certificate: CertificateRecord) => string,
): readonly CertificateRecord[] {
  const inOrder = certificates.toSorted((a, b) => a.sequence - b.sequence)
  return [...new Map(inOrder.map(one => [keyOfOne(one), one])).values()]
}
