import { toBase64url } from '../core/bytes.ts'
import { EnergywebError } from '../core/errors.ts'
import { formatInstant, type Instant } from '../core/time.ts'
import { type Checkpoint, readCheckpoint } from '../proof/checkpoint.ts'
import {
  deriveClaim,
  type Evidence,
  type EvidenceClaim,
  type EvidenceConsistency,
  type EvidenceSegment,
  evidenceVersion,
} from '../proof/evidence/index.ts'
import type { Hashes } from '../proof/hashes.ts'
import { composerOf } from './compose-entry.ts'
import type { EvidenceRow, EvidenceRows } from './evidence-rows.ts'
import { openHashes } from './hashes.ts'
import type { LogReader } from './log-reader.ts'
import { anchorsOf } from './prove-anchors.ts'
import { notesOf } from './prove-notes.ts'
import { checkFields, checkShowable, rawOf } from './prove-parts.ts'
import { type ProofPeriod, rangesOf, type SequenceRange } from './prove-range.ts'
import { type Showing, segmentOfRows } from './prove-segment.ts'

export interface ProveOptions {
  /** The log; a gateway may be writing to it meanwhile. The evidence is of the log as it is at the beginning. */
  readonly reader: LogReader
  /** Name of the asset's stream. */
  readonly asset: string
  /** From one instant to another; both the same for one reading. */
  readonly period: ProofPeriod
  /** Verifier key of the log, as a hint for whoever gets the file. */
  readonly key: string
  /** When the file is made, and by what, like `energyweb 0.1.0`. */
  readonly made: { readonly at: Instant; readonly by: string }
  /** Only these fields of documents are shown; default all. */
  readonly fields?: readonly string[]
  /** Adds the bytes in which the source said it. Default false. */
  readonly raw?: boolean
  /** False: receipts of ledgers are not shown, only that there is one. Default true. */
  readonly receipts?: boolean
  /** Trees that earlier evidence was about: size and root of each. The new tree is shown to begin with them. */
  readonly previous?: readonly Pick<Checkpoint, 'size' | 'root'>[]
  /** How many entries of how many are taken up; a promise that it answers is waited for. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => unknown
  readonly hashes?: Hashes
  readonly signal?: AbortSignal
}

/** Entries between two looks at the signal. */
const batch = 500

/**
 * Collects from the log all from which a third party can check a period of an asset, or one reading, offline.
 * @throws EnergywebError `evidence-unavailable` when the log has no such reading or no checkpoint covers it; `stream-unknown`;
 * `argument-invalid` for fields that don't exist, or that can't be shown alone; `log-corrupt`; `aborted`
 * @example
 * const period = { from: parseInstant('2024-05-01T00:00:00Z'), to: parseInstant('2024-06-01T00:00:00Z') }
 * const made = { at: Date.now(), by: 'energyweb 0.1.0' }
 * encodeEvidence(await proveEvidence({ reader: openLogReader({ folder }), asset: 'roof', period, key, made }))
 */
export async function proveEvidence(options: ProveOptions): Promise<Evidence> {
  checkPeriod(options.period)
  if (options.fields !== undefined) checkFields(options.fields)
  const { reader, hashes = await openHashes() } = options
  // An erasure meanwhile would tear the file: some documents gone, and the entry that tells of it not there.
  return reader.snapshot(() => evidenceOf({ ...options, hashes }))
}

async function evidenceOf(options: ProveOptions & { readonly hashes: Hashes }): Promise<Evidence> {
  const { reader, asset, period, key, made, previous = [], hashes } = options
  const note = reader.lastCheckpoint()
  if (note === undefined) throw unsigned()
  const checkpoint = readCheckpoint(note)
  const rows = reader.evidenceRows(asset)
  const ranges = rangesOf(rows, period, lastCovered(reader, { asset, rows, size: checkpoint.size }))
  const collected = await collect(rows, allRanges(rows, ranges.ranges), options)
  if (options.fields !== undefined) checkShowable(collected.flat())
  const showing: Showing = {
    hashes,
    plans: composerOf(hashes).plans,
    fields: options.fields && new Set(options.fields),
    receipts: options.receipts ?? true,
    origin: checkpoint.origin,
  }
  const segments = collected.map(run => withPath(reader, run, { size: checkpoint.size, showing }))
  const anchors = anchorsOf(reader, { checkpoint, covering: Math.max(...collected.map(lastIndex)) })
  const trees = [...previous, ...anchors.trees]
  const raw = options.raw === true ? rawOf(rows, collected) : undefined
  const claim = claimOf(segments, { asset, rows, period, hashes })
  return {
    evidence: evidenceVersion,
    made: { at: formatInstant(made.at), by: made.by },
    claim,
    checkpoint: note,
    key,
    segments,
    ...(raw !== undefined && { raw }),
    consistency: consistencyOf(reader, trees, checkpoint.size),
    anchors: anchors.anchors,
    notes: notesOf(collected.flat(), { period, following: ranges.following, checkpoint }),
  }
}

function checkPeriod({ from, to }: ProofPeriod): void {
  if (Number.isSafeInteger(from) && Number.isSafeInteger(to) && from <= to) return
  throw new EnergywebError('argument-invalid', `no period begins at ${from} and ends at ${to}`)
}

/** Sequence of the stream's last entry that the checkpoint covers. */
function lastCovered(
  reader: LogReader,
  { asset, rows, size }: { asset: string; rows: EvidenceRows; size: number },
): number {
  const newest = reader.register(asset).sequence
  const last = rows.lastBefore(size)
  if (last !== undefined) return last
  throw new EnergywebError(
    'evidence-unavailable',
    newest < 0
      ? `the log has no entry of ${asset}`
      : `the newest signed checkpoint covers ${size} entries of the log, and none of ${asset}`,
    { hint: 'The gateway signs the next checkpoint by its schedule (`log.checkpoint`); try again after it.' },
  )
}

/** The period's entries and, where it is none of them, the one that opened the stream. */
function allRanges(rows: EvidenceRows, ranges: readonly SequenceRange[]): readonly SequenceRange[] {
  const opening = rows.opening()
  const isThere = ranges.some(
    ({ first, last }) => opening === undefined || (first <= opening && opening <= last),
  )
  return isThere || opening === undefined ? ranges : [...ranges, { first: opening, last: opening }]
}

async function collect(
  rows: EvidenceRows,
  ranges: readonly SequenceRange[],
  { onProgress, signal }: Pick<ProveOptions, 'onProgress' | 'signal'>,
): Promise<readonly (readonly EvidenceRow[])[]> {
  const total = ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0)
  let done = 0
  const collected: (readonly EvidenceRow[])[] = []
  for (const range of ranges) {
    const run: EvidenceRow[] = []
    for (let first = range.first; first <= range.last; first += batch) {
      signal?.throwIfAborted()
      run.push(...rows.between(first, Math.min(range.last, first + batch - 1)))
      await onProgress?.({ done: done + run.length, total })
      // The signal, and whoever draws the progress, get their turn.
      await new Promise(setImmediate)
    }
    if (run.length !== range.last - range.first + 1) {
      throw new EnergywebError('log-corrupt', `of entries ${range.first} to ${range.last} some are missing`)
    }
    done += run.length
    collected.push(run)
  }
  return collected
}

function withPath(
  reader: LogReader,
  run: readonly EvidenceRow[],
  { size, showing }: { size: number; showing: Showing },
): EvidenceSegment {
  return segmentOfRows(run, reader.inclusion(lastIndex(run), size), showing)
}

function lastIndex(run: readonly EvidenceRow[]): number {
  return run.at(-1)?.index ?? -1
}

/** Each smaller tree once, with the path that leads from it to the checkpoint's. */
function consistencyOf(
  reader: LogReader,
  trees: readonly Pick<Checkpoint, 'size' | 'root'>[],
  size: number,
): readonly EvidenceConsistency[] {
  const smaller = new Map(
    trees.filter(tree => tree.size > 0 && tree.size < size).map(tree => [tree.size, tree]),
  )
  return [...smaller.values()]
    .toSorted((a, b) => a.size - b.size)
    .map(tree => ({
      size: tree.size,
      root: toBase64url(tree.root),
      path: reader.consistency(tree.size, size).map(toBase64url),
    }))
}

/** Exactly what a verifier works out of the segments: nothing else is claimed. */
function claimOf(
  segments: readonly EvidenceSegment[],
  { asset, rows, period, hashes }: { asset: string; rows: EvidenceRows; period: ProofPeriod; hashes: Hashes },
): EvidenceClaim {
  const times = { from: formatInstant(period.from), to: formatInstant(period.to) }
  const { channel } = rows
  const claim = deriveClaim(segments, times, { hashes, ...(channel && { named: { asset, channel } }) })
  if (claim !== undefined) return claim
  throw new EnergywebError('evidence-unavailable', `the register of ${asset} was never opened`)
}

function unsigned(): EnergywebError {
  return new EnergywebError('evidence-unavailable', 'the log has no signed checkpoint', {
    hint: 'Configure `log.key` and `log.origin`, and run the gateway: it signs by its schedule and at its end.',
  })
}
