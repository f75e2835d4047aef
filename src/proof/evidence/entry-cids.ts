import { fromBase64url, toBase64url } from '../../core/bytes.ts'
import { schemaNamed } from '../../core/carbon-document.ts'
import { formatRawCid } from '../../core/cid.ts'
import { encodeDocument } from '../../core/document.ts'
import { type Commitment, encodeEntry } from '../../core/entry.ts'
import { parseInstant } from '../../core/time.ts'
import { documentCommitment, fieldCommitment, planFields } from '../field-tree.ts'
import type { Hashes } from '../hashes.ts'
import { encodeEntryRecord } from '../ipfs/entry-record.ts'
import { usualCid } from './entry-form.ts'
import type { Evidence, EvidenceSegment, EvidenceWhole } from './evidence.ts'
import { Rebuilder } from './rebuild.ts'
import { type RebuiltEntry, textOf } from './rebuilt-entry.ts'

/** CIDs of what an entry of a file says, as the calls of report lines may carry them. */
export interface EntryCids {
  /** Leaf hash, base64url; undefined where it can't be worked out. */
  readonly leaf: string | undefined
  /** Of the raw bytes; null where there are none, undefined where the file does not show it. */
  readonly raw: string | null | undefined
  /** Of the record; undefined where the file does not hold all of it. */
  readonly document: string | undefined
}

/** Finds the CIDs of entries of a file that was verified, each when it is asked for; undefined for one that is not there. */
export function entryCids(
  { segments }: Evidence,
  hashes: Hashes,
): (stream: string, sequence: number) => EntryCids | undefined {
  const rebuilder = new Rebuilder(hashes)
  const rebuilt = segments.map((segment, i) => rebuilder.rebuild(segment, i).entries)
  return (stream, sequence) => {
    const place = segments.findIndex(
      segment =>
        segment.stream === stream &&
        sequence >= segment.first &&
        sequence < segment.first + segment.entries.length,
    )
    const [segment, entries = []] = [segments[place], rebuilt[place]]
    const entry = segment && entries[sequence - segment.first]
    if (segment === undefined || entry === undefined) return undefined
    const before = sequence === segment.first ? segment.previous : entries[sequence - segment.first - 1]?.leaf
    return {
      leaf: entry.leaf,
      raw: rawCidOf(entry),
      document: recordCidOf(segment, { entry, before }, hashes),
    }
  }
}

/** By the hash that raw bytes in the file are compared with; a document without one has none. */
function rawCidOf(entry: RebuiltEntry): string | null | undefined {
  if (entry.content === 'whole' && !Object.hasOwn(entry.document, 'raw')) return null
  const raw = textOf(entry, 'raw')
  return raw === undefined ? textOf(entry, 'cid') : usualCid(raw)
}

function recordCidOf(
  segment: EvidenceSegment,
  { entry, before }: { readonly entry: RebuiltEntry; readonly before: string | null | undefined },
  hashes: Hashes,
): string | undefined {
  const given = segment.entries[entry.sequence - segment.first]
  if (given === undefined || !('document' in given) || before === undefined) return undefined
  const { stream, sequence, kind, schema, at } = entry
  const [body, seed] = [encodeDocument(entry.document), fromBase64url(given.seed)]
  const document = commitmentOf(given, { entry, body, seed }, hashes)
  if (document === undefined) return undefined
  const text = encodeEntry({
    stream,
    sequence,
    previous: before,
    kind,
    schema,
    at: parseInstant(at),
    document,
  })
  return formatRawCid(Uint8Array.from(hashes.sha256(encodeEntryRecord({ text, body, seed }))))
}

function commitmentOf(
  { commitment }: EvidenceWhole,
  { entry, body, seed }: { readonly entry: RebuiltEntry; readonly body: string; readonly seed: Uint8Array },
  hashes: Hashes,
): Commitment | undefined {
  if (commitment !== undefined) return { hash: toBase64url(documentCommitment(body, seed, hashes)) }
  const schema = schemaNamed(entry.kind, entry.schema)
  if (schema === undefined) return undefined
  const plan = planFields(schema, hashes)
  return { fields: toBase64url(fieldCommitment(entry.document, { plan, seed }, hashes)) }
}
