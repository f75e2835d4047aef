import { fromBase64url, toBase64url } from '../../core/bytes.ts'
import { formatRawCid } from '../../core/cid.ts'
import { type Document, type FieldValue, schemas } from '../../core/document.ts'
import type { Entry, EntryKind } from '../../core/entry.ts'
import type { EvidenceEntry, EvidenceSegment } from './evidence.ts'

/*
 * How entries stand in an evidence file: what writer and verifier must see alike.
 */

/** The schema that is left out: that of an energy register's stream. */
export function usualSchema(kind: EntryKind): string {
  return schemas[kind].name
}

/** The CID that is left out: CIDv1 (raw) of the bytes with this hash; null without a hash, undefined for what is none. */
export function usualCid(raw: FieldValue | undefined): string | null | undefined {
  if (raw === null) return null
  if (typeof raw !== 'string' || !/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/.test(raw)) return undefined
  return formatRawCid(fromBase64url(raw))
}

type JsonField = string | boolean | null

/** A field as it stands in JSON. */
function jsonField(value: FieldValue): JsonField {
  return typeof value === 'bigint' ? value.toString() : value
}

function headOf({ at, kind, schema }: Entry) {
  return { at, kind, ...(schema !== usualSchema(kind) && { schema }) }
}

/** An entry with its whole document and the seed of its salts. */
export function wholeEntry(entry: Entry, document: Document, seed: Uint8Array): EvidenceEntry {
  const fields = Object.entries(document).filter(
    ([name, value]) => name !== 'cid' || value !== usualCid(document.raw),
  )
  return {
    ...headOf(entry),
    document: Object.fromEntries(fields.map(([name, value]) => [name, jsonField(value)])),
    seed: toBase64url(seed),
    ...('hash' in entry.document && { commitment: 'document' as const }),
  }
}

/** An entry with some fields of its document, as `discloseFields` gives them. */
export function shownEntry(
  entry: Entry,
  disclosure: {
    readonly shown: Readonly<Record<string, { readonly value: FieldValue; readonly salt: string }>>
    readonly hidden: readonly Uint8Array[]
  },
): EvidenceEntry {
  const shown = Object.entries(disclosure.shown).map(([name, { value, salt }]) => [
    name,
    { value: jsonField(value), salt },
  ])
  return { ...headOf(entry), shown: Object.fromEntries(shown), hidden: disclosure.hidden.map(toBase64url) }
}

/** An entry without anything of its document. */
export function sealedEntry(entry: Entry): EvidenceEntry {
  return { ...headOf(entry), sealed: entry.document }
}

/**
 * A segment of consecutive entries of one stream.
 * @param first - the first of the entries, as the log has it
 * @param inclusion - index and path of the last of them
 */
export function segmentOf(
  first: Pick<Entry, 'stream' | 'sequence' | 'previous'>,
  entries: readonly EvidenceEntry[],
  inclusion: { readonly index: number; readonly path: readonly Uint8Array[] },
): EvidenceSegment {
  return {
    stream: first.stream,
    first: first.sequence,
    previous: first.previous,
    entries,
    inclusion: { index: inclusion.index, path: inclusion.path.map(toBase64url) },
  }
}
