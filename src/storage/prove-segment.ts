import { concatBytes, toBase64url } from '../core/bytes.ts'
import { EnergywebError } from '../core/errors.ts'
import { discloseFields } from '../proof/disclosure.ts'
import {
  type EvidenceEntry,
  type EvidenceSegment,
  sealedEntry,
  segmentOf,
  shownEntry,
  wholeEntry,
} from '../proof/evidence/index.ts'
import type { FieldPlan } from '../proof/field-tree.ts'
import type { Hashes } from '../proof/hashes.ts'
import { readKeyText } from '../proof/verifier-key.ts'
import type { EvidenceRow } from './evidence-rows.ts'

/** How much of the documents is shown. */
export interface Showing {
  readonly hashes: Hashes
  readonly plans: ReadonlyMap<string, FieldPlan>
  /** Only these fields; undefined: all. */
  readonly fields: ReadonlySet<string> | undefined
  /** False: of receipts nothing but their place in the chain. */
  readonly receipts: boolean
  /** The log's name: signatures of single entries are shown that were made under it. */
  readonly origin: string
}

/** What of a document stays shown whatever fields are asked for: what an entry is about, and nothing that was measured. */
const alwaysShown: Readonly<Record<string, readonly string[]>> = {
  opening: ['asset', 'channel', 'kind'],
  gap: ['from', 'reason', 'to'],
  erasure: ['by', 'first', 'last', 'reason'],
}

/** Consecutive rows as a segment. The last one's place in the tree shows all of them. */
export function segmentOfRows(
  rows: readonly EvidenceRow[],
  path: readonly Uint8Array[],
  showing: Showing,
): EvidenceSegment {
  const [first] = rows
  const last = rows.at(-1)
  if (first === undefined || last === undefined)
    throw new EnergywebError('internal', 'a segment of no entries')
  const entries = rows.map(row => ({ ...entryOf(row, showing), ...signedOf(row, showing) }))
  return segmentOf(first.entry, entries, { index: last.index, path })
}

/** Key id and signature, as the file has them. */
function signedOf({ signature: kept }: EvidenceRow, { origin }: Showing): Pick<EvidenceEntry, 'signed'> {
  if (kept === undefined) return {}
  const { name, id } = readKeyText(kept.key)
  return name === origin ? { signed: toBase64url(concatBytes(id, kept.signature)) } : {}
}

function entryOf({ entry, content }: EvidenceRow, showing: Showing): EvidenceEntry {
  const { kind, schema, document: commitment } = entry
  if (content === undefined || (kind === 'receipt' && !showing.receipts)) return sealedEntry(entry)
  const { document, seed } = content
  const { fields: asked, plans, hashes } = showing
  if (asked === undefined) return wholeEntry(entry, document, seed)
  const plan = plans.get(schema)
  if (plan === undefined) throw new EnergywebError('internal', `there is no schema ${schema}`)
  const fields = Object.keys(document).filter(
    field => asked.has(field) || alwaysShown[kind]?.includes(field) === true,
  )
  if (fields.length === 0 || 'hash' in commitment) return sealedEntry(entry)
  return shownEntry(entry, discloseFields(document, { plan, seed, fields }, hashes))
}
