/**
 * Durable appends a second: readings in 2 kB of raw bytes of their own, judged, hashed, committed to and written by the log's
 * thread, against plain inserts of the very same rows with as many a commit. Rounds of both alternate on one disk.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import type { CommitmentKind } from '../src/core/log.ts'
import type { Reading } from '../src/core/reading.ts'
import { databaseName, type LogStore, openLog } from '../src/storage/index.ts'
import { CounterpartStore, type Rows } from './counterpart-append.ts'
import { type FigureResult, ratioRow } from './figure.ts'
import { median } from './median.ts'

const limits = { capacity: 10_000_000n, resolution: 0n, opening: 'zero' } as const
const rounds = 9
const sizes = [
  { concurrent: 1, appends: 200 },
  { concurrent: 16, appends: 960 },
  { concurrent: 256, appends: 3_072 },
]
const goals = { fields: [0.7, 0.35, 0.12], document: [0.85, 0.6, 0.35] } as const

/** The n-th reading of a meter, as an Eumel answers: 2 kB of XML. */
export function benchReading(n: number, bytes = 2_000): Reading {
  const measuredAt = Date.UTC(2024, 0, 1) + n * 60_000
  const xml = `<Device Name="eumel" Serial="2104001234"><Total>${n}</Total></Device>`.padEnd(
    bytes,
    '<Measurement/>',
  )
  return {
    channel: 'export',
    kind: 'counter',
    energy: BigInt(n) * 90_000_000n,
    fraction: '',
    measuredAt,
    receivedAt: measuredAt + 180,
    device: { manufacturer: 'Verbund', model: 'Eumel 2.1.1', serial: '2104001234' },
    provenance: 'eumel-v2',
    raw: { bytes: new TextEncoder().encode(xml), mediaType: 'text/xml' },
  }
}

/** Appends readings one after the other in each of `concurrent` producers; seconds. */
export async function appendReadings(
  log: LogStore,
  stream: string,
  { from, count, concurrent, bytes }: { from: number; count: number; concurrent: number; bytes?: number },
): Promise<number> {
  const readings = Array.from({ length: count }, (_, i) => benchReading(from + i, bytes))
  let next = 0
  const produce = async () => {
    while (next < count) {
      const reading = readings[next++]
      if (reading !== undefined) await log.record(stream, [reading], limits)
    }
  }
  const start = performance.now()
  await Promise.all(Array.from({ length: concurrent }, produce))
  return (performance.now() - start) / 1000
}

/** The rows that our log has written since entry `from`, in portions of a commit. */
function rowsSince(folder: string, from: number, perCommit: number): Rows[] {
  const database = new DatabaseSync(join(folder, databaseName), { readOnly: true })
  const all = (sql: string): SQLInputValue[][] =>
    database
      .prepare(sql)
      .all(from)
      .map(row => Object.values(row) as SQLInputValue[])
  const documents = all('SELECT * FROM documents WHERE entry >= ? ORDER BY entry')
  const raws = all(
    'SELECT r.* FROM raw r JOIN documents d ON d.raw = r.id WHERE d.entry >= ? ORDER BY d.entry',
  )
  const keys = all(
    'SELECT k.* FROM readings k JOIN entries e USING (stream, sequence) WHERE e.id >= ? ORDER BY e.id',
  )
  const entries = all('SELECT * FROM entries WHERE id >= ? ORDER BY id')
  const once = {
    registers: all('SELECT * FROM registers WHERE ? >= 0'),
    head: all('SELECT * FROM head WHERE ? >= 0'),
  }
  database.close()
  const portions: Rows[] = []
  for (let at = 0; at < entries.length; at += perCommit) {
    const cut = (rows: SQLInputValue[][]) => rows.slice(at, at + perCommit)
    portions.push({
      entries: cut(entries),
      documents: cut(documents),
      raw: cut(raws),
      readings: cut(keys),
      ...once,
    })
  }
  return portions
}

function schemaOf(folder: string): string[] {
  const database = new DatabaseSync(join(folder, databaseName), { readOnly: true })
  const rows = database.prepare('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL').all()
  database.close()
  return rows.map(row => String(row.sql))
}

/** Appends a second at each size, ours and theirs. */
async function measure(commitment: CommitmentKind): Promise<{ ours: number[]; theirs: number[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'energyweb-bench-'))
  const log = await openLog({ folder })
  try {
    await log.openStream({ name: 'roof', commitment })
    const counterpart = new CounterpartStore(folder, schemaOf(folder))
    await appendReadings(log, 'roof', { from: 1, count: 2_000, concurrent: 64 })
    let from = 2_001
    const result = { ours: [] as number[], theirs: [] as number[] }
    for (const { concurrent, appends } of sizes) {
      const times = { ours: [] as number[], theirs: [] as number[] }
      for (let round = 0; round < rounds; round++) {
        const { size } = await log.head()
        times.ours.push(await appendReadings(log, 'roof', { from, count: appends, concurrent }))
        from += appends
        const portions = rowsSince(folder, size, concurrent)
        const start = performance.now()
        for (const portion of portions) counterpart.write(portion)
        times.theirs.push((performance.now() - start) / 1000)
      }
      result.ours.push(appends / median(times.ours))
      result.theirs.push(appends / median(times.theirs))
    }
    counterpart.close()
    return result
  } finally {
    await log.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Durable appends a second at 1, 16 and 256 concurrent producers, under both commitments. */
export async function appendFigure(): Promise<readonly FigureResult[]> {
  const rows: FigureResult[] = []
  for (const commitment of ['fields', 'document'] as const) {
    const { ours, theirs } = await measure(commitment)
    sizes.forEach(({ concurrent }, i) => {
      const [our = 0, their = 0, goal = 0] = [ours[i], theirs[i], goals[commitment][i]]
      const name = `durable appends, ${concurrent} concurrent, commitment to ${commitment === 'fields' ? 'fields' : 'the document'}`
      rows.push(ratioRow(name, { ours: our, theirs: their, unit: '/s', goal, better: 'more' }))
    })
    const [one = 1, , many = 0] = ours
    const name = `256 concurrent against one at a time, commitment to ${commitment === 'fields' ? 'fields' : 'the document'}`
    rows.push(ratioRow(name, { ours: many, theirs: one, unit: '/s', goal: 10, better: 'more' }))
    const [theirOne = 1, , theirMany = 0] = theirs
    const limit = `${name}: the same of plain inserts, for comparison`
    rows.push(ratioRow(limit, { ours: theirMany, theirs: theirOne, unit: '/s', goal: 0, better: 'more' }))
  }
  return rows
}
