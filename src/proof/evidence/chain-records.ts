import { schemas } from '../../core/document.ts'
import { portableHashes } from '../portable-hashes.ts'
import { type CertificateRecord, certificatesOf } from './certificate-records.ts'
import { type ChainPlace, chainPlaceOf } from './chain-place.ts'
import type { Evidence, EvidenceAnchor } from './evidence.ts'
import { Rebuilder } from './rebuild.ts'
import { integerOf, type RebuiltEntry } from './rebuilt-entry.ts'

/** What a ledger's transaction registered, as a receipt of the log has it. */
export interface ReceiptRecord extends ChainPlace {
  /** What the ledger holds after it, Wh. */
  readonly value: bigint | undefined
  /** Leaf hash of the entry that it registered, base64url; undefined where the file does not hold that. */
  readonly leaf: string | undefined
  /** Sequence of that entry. */
  readonly reading: bigint | undefined
}

/** What the file says that stands on chains: whoever has a node of a chain can look. */
export interface ChainRecords {
  /** The newest receipt of each range: an older one is of a block that is gone. */
  readonly receipts: readonly ReceiptRecord[]
  /** Each state of each certificate. */
  readonly certificates: readonly CertificateRecord[]
  readonly anchors: readonly EvidenceAnchor[]
}

/** Receipts among entries; of one ledger and range the newest. */
export function receiptsOf(entries: readonly RebuiltEntry[]): readonly ReceiptRecord[] {
  const newest = new Map<string, ReceiptRecord>()
  const leaves = new Map(entries.map(({ stream, sequence, leaf }) => [`${stream} ${sequence}`, leaf]))
  for (const entry of entries) {
    if (entry.schema !== schemas.receipt.name || entry.content === 'sealed') continue
    const reading = integerOf(entry, 'reading')
    const leaf = reading === undefined ? undefined : leaves.get(`${entry.stream} ${reading}`)
    const receipt = { ...chainPlaceOf(entry), value: integerOf(entry, 'value'), leaf, reading }
    const key = `${entry.stream} ${receipt.ledger} ${receipt.first} ${receipt.last}`
    const known = newest.get(key)
    if (known === undefined || known.sequence < receipt.sequence) newest.set(key, receipt)
  }
  return [...newest.values()]
}

/** What a file that was verified says of chains. */
export function chainRecords(evidence: Evidence, hashes = portableHashes()): ChainRecords {
  const rebuilder = new Rebuilder(hashes)
  const segments = evidence.segments.map((segment, i) => rebuilder.rebuild(segment, i).entries)
  const streams = Map.groupBy(segments.flat(), ({ stream }) => stream)
  return {
    receipts: receiptsOf(segments.flat()),
    certificates: [...streams.values()].flatMap(certificatesOf),
    anchors: evidence.anchors,
  }
}
