import type { Document } from '../../core/document.ts'
import type { EntryKind } from '../../core/entry.ts'

/** An entry of the file with all that follows from it. */
export interface RebuiltEntry {
  /** Which segment of the file. */
  readonly segment: number
  readonly stream: string
  readonly sequence: number
  readonly at: string
  readonly kind: EntryKind
  readonly schema: string
  /** How much of the document is there. */
  readonly content: 'whole' | 'shown' | 'sealed'
  /** The document, or what is shown of it. A field that is not shown is not there. */
  readonly document: Document
  /** 32 bytes, base64url; undefined from the first entry of a segment on that could not be worked out. */
  readonly leaf: string | undefined
  /** What the file says is a signature of this entry alone. */
  readonly signed: string | undefined
}

/** A text of the document; null when the document has none, undefined when it is not shown. */
export function textOf(entry: RebuiltEntry, field: string): string | null | undefined {
  const value = entry.document[field]
  return typeof value === 'string' || value === null ? value : undefined
}

/** An integer of the document; undefined when it has none, or does not show it. */
export function integerOf(entry: RebuiltEntry, field: string): bigint | undefined {
  const value = entry.document[field]
  return typeof value === 'bigint' ? value : undefined
}

/** A time of the document; undefined when it has none, does not show it, or it is not written as times are. */
export function timeOf(entry: RebuiltEntry, field: string): string | undefined {
  const value = entry.document[field]
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value)
    ? value
    : undefined
}
