import { toBase64url } from '../../src/core/bytes.ts'
import {
  deriveClaim,
  type Evidence,
  type EvidenceSegment,
  segmentOf,
  wholeEntry,
} from '../../src/proof/evidence/index.ts'
import type { MemoryEntry, MemoryLog } from './memory-log.ts'

/** Entries of one stream as a segment, whole unless another form is given for one. */
export function segmentFrom(
  log: MemoryLog,
  entries: readonly MemoryEntry[],
  { size = log.entries.length, form = whole }: { size?: number; form?: typeof whole } = {},
): EvidenceSegment {
  const last = entries.at(-1)!
  return segmentOf(entries[0]!.entry, entries.map(form), {
    index: last.index,
    path: log.inclusion(last.index, size),
  })
}

export function whole({ entry, document, seed }: MemoryEntry) {
  return wholeEntry(entry, document, seed)
}

/** A file over segments, with the claim that follows from them. */
export async function evidenceFrom(
  log: MemoryLog,
  segments: readonly EvidenceSegment[],
  { from, to, earlier = [] }: { from: string; to: string; earlier?: readonly number[] },
): Promise<Evidence> {
  const claim = deriveClaim(segments, { from, to })
  if (claim === undefined) throw new Error('no opening among the segments')
  return {
    evidence: 1,
    made: { at: '2024-06-01T00:00:00.000Z', by: 'energyweb 0.1.0' },
    claim,
    checkpoint: await log.checkpoint(),
    key: log.key,
    segments,
    consistency: earlier.map(size => ({
      size,
      root: toBase64url(log.root(size)),
      path: log.consistency(size).map(toBase64url),
    })),
    anchors: [],
    notes: ['Made by a test.'],
  }
}
