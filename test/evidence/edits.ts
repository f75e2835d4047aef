import { fromBase64url, toBase64url } from '../../src/core/bytes.ts'
import type { Evidence, EvidenceEntry, EvidenceSegment } from '../../src/proof/evidence/index.ts'

/** The file with another segment in place of one. */
export function withSegment(
  evidence: Evidence,
  number: number,
  change: (segment: EvidenceSegment) => EvidenceSegment,
): Evidence {
  return {
    ...evidence,
    segments: evidence.segments.map((segment, i) => (i === number ? change(segment) : segment)),
  }
}

/** The file with other entries in its first segment. */
export function withEntries(
  evidence: Evidence,
  change: (entries: readonly EvidenceEntry[]) => readonly EvidenceEntry[],
): Evidence {
  return withSegment(evidence, 0, segment => ({ ...segment, entries: change(segment.entries) }))
}

/** The file with one entry of its first segment changed. */
export function withEntry(evidence: Evidence, at: number, change: object): Evidence {
  return withEntries(evidence, entries =>
    entries.map((entry, i) => (i === at ? ({ ...entry, ...change } as EvidenceEntry) : entry)),
  )
}

/** The file with one field of one document changed. */
export function withField(evidence: Evidence, at: number, fields: object): Evidence {
  const entry = evidence.segments[0]!.entries[at]!
  return withEntry(evidence, at, { document: { ...('document' in entry ? entry.document : {}), ...fields } })
}

/** Base64url with one bit of its bytes flipped. */
export const flipped = (text: string) =>
  toBase64url(fromBase64url(text).map((byte, i) => (i === 5 ? byte ^ 1 : byte)))
/** A list with two elements in each other's place. */
export const swapped = <Value>(list: readonly Value[], a: number, b: number) =>
  list.map((value, i) => (i === a ? list[b]! : i === b ? list[a]! : value))

export type Shown = Record<string, { value: string | boolean | null; salt: string }>

/** What an entry shows, changed. */
export function changeShown(entry: EvidenceEntry, change: (shown: Shown) => Shown): Shown {
  return 'shown' in entry ? change(entry.shown) : {}
}
