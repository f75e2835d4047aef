import { fromBase64url, toHex } from '../core/bytes.ts'
import type { AnchoredEvent, ChainLook, ChainRecord, EventLog, NodeSettings } from '../ledgers/index.ts'
import type {
  ContractDescription,
  ExpectedCertificate,
  ExpectedRegistration,
  Judgement,
} from '../ledgers/records/index.ts'
import { type EntryCids, entryCids } from '../proof/evidence/entry-cids.ts'
import {
  type CertificateRecord,
  type ChainPlace,
  chainRecords,
  type EvidenceAnchor,
  type Finding,
  type ReceiptRecord,
  type Verification,
  type VerificationStep,
} from '../proof/evidence/index.ts'
import { openHashes } from '../storage/index.ts'
import { descriptionOf } from './contract-descriptions.ts'

/** A record of the file, with how a report calls it and where it stands. */
interface NamedRecord {
  readonly record: ChainRecord
  readonly name: string
  readonly place: Pick<Finding, 'segment' | 'sequence'>
}

/** What events of the contracts that we know say. */
interface EventReaders {
  readonly anchoredCheckpoint: (log: EventLog) => AnchoredEvent | undefined
  readonly judgeRegistration: (
    log: EventLog,
    expected: ExpectedRegistration,
    description?: ContractDescription,
  ) => Judgement
  readonly judgeCertificate: (log: EventLog, expected: ExpectedCertificate) => Judgement
  /** CIDs of an entry of the same stream as a receipt, by the receipt's segment and the entry's sequence. */
  readonly cidsOf: (segment: number, reading: bigint | undefined) => EntryCids | undefined
  readonly descriptions: readonly ContractDescription[]
}

/**
 * The verification with what chains say of the file's anchors and receipts: contradicted by one it is refuted, and what
 * nobody could look up is left open.
 * @param options.nodes - each says itself which chain it is on
 * @param options.descriptions - of contracts that this program does not know
 * @throws EnergywebError `config-invalid` for an address that is none; `aborted`
 */
export async function withChainRecords(
  verification: Verification,
  {
    nodes,
    descriptions = [],
    signal,
  }: {
    readonly nodes: readonly NodeSettings[]
    readonly descriptions?: readonly ContractDescription[]
    readonly signal: AbortSignal
  },
): Promise<Verification> {
  const { evidence, steps } = verification
  if (evidence === undefined) return verification
  const [{ lookAtChain, anchoredCheckpoint }, judges] = await Promise.all([
    import('../ledgers/index.ts'),
    import('../ledgers/records/index.ts'),
  ])
  const hashes = await openHashes()
  const cids = entryCids(evidence, hashes)
  const cidsOf: EventReaders['cidsOf'] = (segment, reading) => {
    const stream = evidence.segments[segment]?.stream
    return stream === undefined || reading === undefined ? undefined : cids(stream, Number(reading))
  }
  const readers = { anchoredCheckpoint, ...judges, cidsOf, descriptions }
  const { anchors, receipts, certificates } = chainRecords(evidence, hashes)
  const named = [
    ...anchors.map(anchor => namedAnchor(anchor, readers)),
    ...receipts.flatMap(receipt => namedReceipt(receipt, readers) ?? []),
    ...certificates.flatMap(certificate => namedCertificate(certificate, readers) ?? []),
  ]
  if (named.length === 0) return verification
  const looks = await lookAtChain(
    named.map(({ record }) => record),
    { nodes, signal },
  )
  const looked = steps.map(step =>
    step.name === 'chain-records' ? lookedAt(step, named, { looks, descriptions }) : step,
  )
  return { ...verification, steps: looked, verdict: verdictOf(looked) }
}

function verdictOf(steps: readonly VerificationStep[]): Verification['verdict'] {
  if (steps.some(({ state }) => state === 'false')) return 'refuted'
  return steps.some(({ state }) => state === 'open') ? 'incomplete' : 'proven'
}

function lookedAt(
  { name, findings: before }: VerificationStep,
  named: readonly NamedRecord[],
  {
    looks,
    descriptions,
  }: { readonly looks: readonly ChainLook[]; readonly descriptions: readonly ContractDescription[] },
): VerificationStep {
  const found = named.flatMap((one, i) => findingOf(one, looks[i]) ?? [])
  const findings = [...before.filter(({ effect }) => effect !== 'note'), ...found]
  const worst = findings.find(({ effect }) => effect === 'refutes') ?? findings[0]
  const confirmed = looks.filter(({ outcome }) => outcome === 'confirmed').length
  if (worst === undefined) {
    const chains = [...new Set(named.map(({ record }) => record.chainId))].join(', ')
    const text = `All ${confirmed} records were looked up on chain ${chains} by the nodes that you named: each stands there as the file says.${byDescription(named, descriptions)}`
    return { name, state: 'holds', text, findings }
  }
  const text = `${worst.text} Of ${named.length} records ${confirmed} stand on their chain as the file says.`
  return { name, state: worst.effect === 'refutes' ? 'false' : 'open', text, findings }
}

/** Whose word it is what counts as a total there. */
function byDescription(named: readonly NamedRecord[], descriptions: readonly ContractDescription[]): string {
  const count = named.filter(({ record }) => descriptionOf(descriptions, record) !== undefined).length
  return count === 0 ? '' : ` ${count} of them were read as the descriptions say that you gave.`
}

function findingOf({ name, place }: NamedRecord, look: ChainLook | undefined): Finding | undefined {
  if (look === undefined || look.outcome === 'confirmed') return undefined
  return look.outcome === 'contradicted'
    ? {
        code: 'chain-contradicts',
        effect: 'refutes',
        text: `The chain contradicts ${name}: ${look.why}.`,
        ...place,
      }
    : {
        code: 'chain-unknown',
        effect: 'leaves-open',
        text: `Nobody could look up ${name}: ${look.why}.`,
        ...place,
      }
}

function namedAnchor(anchor: EvidenceAnchor, { anchoredCheckpoint }: EventReaders): NamedRecord {
  const { chainId, contract, transaction, block, blockHash, logIndex, size } = anchor
  const root = `0x${toHex(fromBase64url(anchor.root))}`
  const place = { chainId: BigInt(chainId), contract, transaction, block: BigInt(block), blockHash, logIndex }
  return {
    name: `the anchor of ${size} entries`,
    place: {},
    record: {
      ...place,
      judge: log => {
        const said = anchoredCheckpoint(log)
        if (said === undefined) return 'the event that stands there anchors nothing'
        const isSame =
          said.account === anchor.account.toLowerCase() &&
          said.log === anchor.log.toLowerCase() &&
          said.size === BigInt(size) &&
          said.root === root
        if (isSame) return undefined
        return `${said.account} anchored ${said.size} entries of root ${said.root} of the log ${said.log} there`
      },
    },
  }
}

/** Where something stands; undefined when it does not show all that is needed to look it up. */
function placeOnChain(record: ChainPlace): Omit<ChainRecord, 'judge'> | undefined {
  const { chainId, contract, transaction, block, blockHash, logIndex } = record
  if (chainId === undefined || contract === undefined || transaction === undefined) return undefined
  if (block === undefined || blockHash === undefined || logIndex === undefined) return undefined
  return { chainId, contract, transaction, block, blockHash, logIndex: Number(logIndex) }
}

function ofLedger({ ledger }: ChainPlace): string {
  return ledger === undefined ? '' : `, of the ledger ${ledger}`
}

function namedReceipt(
  receipt: ReceiptRecord,
  { judgeRegistration, cidsOf, descriptions }: EventReaders,
): NamedRecord | undefined {
  const place = placeOnChain(receipt)
  if (place === undefined) return undefined
  const { segment, sequence, value, leaf, first, last, reading } = receipt
  return {
    name: `the receipt in entry ${sequence}${ofLedger(receipt)}`,
    place: { segment, sequence },
    record: {
      ...place,
      judge: log =>
        judgeRegistration(
          log,
          { value, leaf, first, last, ...cidsOf(segment, reading) },
          descriptionOf(descriptions, place),
        ),
    },
  }
}

function namedCertificate(
  record: CertificateRecord,
  { judgeCertificate }: EventReaders,
): NamedRecord | undefined {
  const place = placeOnChain(record)
  const { segment, sequence, certificate: id, state, energy, owner } = record
  if (place === undefined || id === undefined || state === undefined) return undefined
  const { contract } = place
  return {
    name: `the certificate ${id}, ${state}, in entry ${sequence}${ofLedger(record)}`,
    place: { segment, sequence },
    record: {
      ...place,
      ofOthers: true,
      judge: log => judgeCertificate(log, { contract, id, state, energy, owner }),
    },
  }
}
