/** Appends to a log of a million entries against appends to one of a thousand, round by round on one disk. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LogStore, openLog } from '../src/storage/index.ts'
import { appendReadings } from './append.ts'
import { type FigureResult, ratioRow } from './figure.ts'
import { median } from './median.ts'

const small = 1_000
const large = Number(process.env.ENERGYWEB_BENCH_ENTRIES ?? 1_000_000)
const rounds = 15
const streams = 10

interface GrownLog {
  readonly folder: string
  readonly log: LogStore
  next: number
}

/** A log with this many entries in ten streams. */
async function grow(entries: number): Promise<GrownLog> {
  const folder = mkdtempSync(join(tmpdir(), 'energyweb-bench-'))
  const log = await openLog({ folder })
  const count = Math.ceil(entries / streams)
  for (let i = 0; i < streams; i++) {
    await log.openStream({ name: `asset-${i}`, commitment: 'document' })
    for (let from = 1; from <= count; from += 10_000) {
      const portion = Math.min(10_000, count + 1 - from)
      await appendReadings(log, `asset-${i}`, { from, count: portion, concurrent: 512, bytes: 300 })
    }
  }
  return { folder, log, next: count + 1 }
}

async function round(grown: GrownLog, concurrent: number, count: number): Promise<number> {
  const options = { from: grown.next, count, concurrent, bytes: 300 }
  grown.next += count
  return appendReadings(grown.log, 'asset-0', options)
}

/** Time of an append at 1,000,000 entries against that at 1,000. */
export async function appendGrowthFigure(): Promise<readonly FigureResult[]> {
  const logs = [await grow(small), await grow(large)]
  const [few, many] = logs
  if (few === undefined || many === undefined) return []
  try {
    const rows: FigureResult[] = []
    for (const { concurrent, count } of [
      { concurrent: 1, count: 150 },
      { concurrent: 256, count: 2_048 },
    ]) {
      const times = { ours: [] as number[], theirs: [] as number[] }
      for (let i = 0; i < rounds; i++) {
        times.theirs.push(await round(few, concurrent, count))
        times.ours.push(await round(many, concurrent, count))
      }
      const micros = (list: number[]) => (median(list) * 1e6) / count
      rows.push(
        ratioRow(
          `append at ${large.toLocaleString('en')} entries against ${small}, ${concurrent} concurrent`,
          {
            ours: micros(times.ours),
            theirs: micros(times.theirs),
            unit: 'us',
            goal: 1.1,
            better: 'less',
          },
        ),
      )
    }
    return rows
  } finally {
    for (const { log, folder } of logs) {
      await log.close()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
