import { createHash } from 'node:crypto'
import type { Document } from '../core/document.ts'
import type { EntryKind } from '../core/entry.ts'
import type { StoredEntry } from '../core/log.ts'

const sequences = new WeakMap<readonly StoredEntry[], Map<string, number>>()

/** The next sequence of a stream; entries are only ever added at the end. */
function nextSequence(entries: readonly StoredEntry[], stream: string): number {
  const known = sequences.get(entries) ?? new Map<string, number>()
  sequences.set(entries, known)
  const next =
    known.get(stream) ?? entries.reduce((count, entry) => count + (entry.stream === stream ? 1 : 0), 0)
  known.set(stream, next + 1)
  return next
}

/**
 * An entry that follows those given, with a leaf hash of its own but without a real envelope: for tests of what reads
 * entries. The caller adds it to `entries`.
 */
export function fakeEntry(
  entries: readonly StoredEntry[],
  stream: string,
  kind: EntryKind,
  document: Document | undefined,
): StoredEntry {
  const sequence = nextSequence(entries, stream)
  const text = `${stream}/${sequence}/${kind}`
  const leafHash = new Uint8Array(createHash('sha256').update(text).digest())
  return { index: entries.length, stream, sequence, kind, at: 0, text, leafHash, document }
}

const millijoulesPerWattHour = 3_600_000n

/** Appends a counted reading whose register total is this many Wh. */
export function addReading(entries: StoredEntry[], stream: string, wattHours: bigint): StoredEntry {
  const total = wattHours * millijoulesPerWattHour
  const entry = fakeEntry(entries, stream, 'reading', { status: 'counted', total })
  entries.push(entry)
  return entry
}

/** Appends any other entry. */
export function addEntry(
  entries: StoredEntry[],
  stream: string,
  kind: EntryKind,
  document: Document = {},
): StoredEntry {
  const entry = fakeEntry(entries, stream, kind, document)
  entries.push(entry)
  return entry
}
