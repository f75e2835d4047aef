import { formatInstant } from '../../src/core/time.ts'
import { type EvidenceSegment, encodeEvidence } from '../../src/proof/evidence/index.ts'
import { evidenceFrom, segmentFrom } from '../evidence/make-evidence.ts'
import { type MemoryEntry, MemoryLog } from '../evidence/memory-log.ts'
import { Stream } from '../support/register-stream.ts'

/*
 * A roof in May: sun by day, clouds by chance that is the same every time, three silences, a reading that can't be.
 */

const start = Date.UTC(2024, 4, 1)
const quarter = 15

/** UTC text of an instant, by minutes since the beginning of May 2024. */
export function atMinute(minute: number): string {
  return formatInstant(start + minute * 60_000)
}

/** Mean watts of a quarter of an hour. */
function watts(index: number): number {
  const hour = (index % 96) / 4
  const day = Math.floor(index / 96)
  const sun = Math.max(0, Math.sin(((hour - 5) / 15) * Math.PI))
  const weather = 0.35 + 0.65 * Math.abs(Math.sin(day * 1.7 + 0.4))
  const cloud = 0.75 + 0.25 * Math.sin(index * 12.9898) * Math.sin(index * 4.1414)
  return 7_800 * sun ** 1.3 * weather * cloud
}

/** Quarters of which there is no reading. */
const silences = [
  [700, 760, 'the meter did not answer'],
  [1_500, 1_506, 'the meter did not answer'],
  [2_250, 2_330, 'no power'],
] as const

export interface RoofLog {
  readonly log: MemoryLog
  readonly entries: readonly MemoryEntry[]
}

/** A counter that is read every quarter of an hour, so many times. */
export function roofLog({ readings = 2_985, name = undefined as string | undefined } = {}): RoofLog {
  const log = new MemoryLog()
  const stream = new Stream({ capacity: 10_000_000n })
  let wh = 1_234_000
  for (let i = 0; i < readings; i++) {
    wh += watts(i) / 4
    const silence = silences.find(([from, to]) => i > from && i <= to)
    if (silence !== undefined) continue
    const ended = silences.find(([, to]) => i === to + 1)
    const before = stream.drafts.length
    stream.read({
      wh: i === 1_000 ? Math.round(wh) + 90_000 : Math.round(wh),
      minute: i * quarter,
      serial: '77-1',
      device: { manufacturer: 'Acme', model: 'PV-9', serial: '77-1' },
      provenance: 'driver eumel-v2',
    })
    if (ended !== undefined) {
      log.append(1, 'gap', {
        detail: null,
        from: atMinute(ended[0] * quarter),
        reason: ended[2],
        to: atMinute(ended[1] * quarter),
      })
    }
    for (const { kind, document } of stream.drafts.slice(before)) {
      const given = name === undefined || kind !== 'opening' ? document : { ...document, asset: name }
      log.append(1, kind, given, { at: start + i * quarter * 60_000 + 1_400 })
    }
    if (i % 4 === 0) log.append(2, 'note', { by: 'test', text: `another asset ${i}` })
  }
  return { log, entries: log.of(1) }
}

/** Evidence of the roof, from one quarter of May to another. */
export async function roofEvidence(
  { log, entries }: RoofLog,
  {
    from,
    to,
    notes,
    earlier = [],
  }: { from: number; to: number; notes?: readonly string[]; earlier?: readonly number[] },
): Promise<string> {
  const measured = (entry: MemoryEntry) =>
    entry.entry.kind === 'reading' && entry.document.status === 'counted'
      ? String(entry.document.measuredAt)
      : undefined
  const first = entries.findLastIndex(entry => (measured(entry) ?? '~') <= atMinute(from * quarter))
  const after = entries.findIndex(entry => (measured(entry) ?? '') > atMinute(to * quarter))
  const segments: EvidenceSegment[] = [
    segmentFrom(log, entries.slice(Math.max(0, first), after < 0 ? undefined : after + 1)),
  ]
  if (first > 0) segments.push(segmentFrom(log, entries.slice(0, 1)))
  const evidence = await evidenceFrom(log, segments, {
    from: atMinute(from * quarter),
    to: atMinute(to * quarter),
    earlier,
  })
  return encodeEvidence({ ...evidence, notes: notes ?? evidence.notes })
}
