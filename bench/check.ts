/** Entries a second of `log check` and `log check --hashes` against SHA-256 of the same bytes in a loop. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { CommitmentKind } from '../src/core/log.ts'
import { checkLog, databaseName, openLog } from '../src/storage/index.ts'
import { appendReadings } from './append.ts'
import { hashAll } from './counterpart-check.ts'
import { type FigureResult, ratioRow } from './figure.ts'
import { median } from './median.ts'

const entries = 20_000
const rounds = 5

/** The bytes that a check hashes: the entries alone, or with documents and raw bytes. */
function bytesOf(folder: string): { hashes: string[]; full: (string | Uint8Array)[] } {
  const database = new DatabaseSync(join(folder, databaseName), { readOnly: true })
  const column = (sql: string) =>
    database
      .prepare(sql)
      .all()
      .map(row => Object.values(row)[0])
  const texts = column('SELECT text FROM entries').map(String)
  const rest = [...column('SELECT body FROM documents'), ...column('SELECT bytes FROM raw')]
  database.close()
  const full = rest.map(value => (value instanceof Uint8Array ? value : String(value)))
  return { hashes: texts, full: [...texts, ...full] }
}

async function timed(folder: string, hashesOnly: boolean): Promise<number> {
  const start = performance.now()
  const { ok } = await checkLog({ folder, hashesOnly })
  if (!ok) throw new Error('the log of the bench is not right')
  return (performance.now() - start) / 1000
}

async function measure(commitment: CommitmentKind): Promise<FigureResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'energyweb-bench-'))
  try {
    const log = await openLog({ folder })
    await log.openStream({ name: 'roof', commitment })
    await appendReadings(log, 'roof', { from: 1, count: entries, concurrent: 512 })
    await log.close()
    const bytes = bytesOf(folder)
    const times = {
      hashes: [] as number[],
      hashesLoop: [] as number[],
      full: [] as number[],
      fullLoop: [] as number[],
    }
    for (let round = 0; round < rounds; round++) {
      times.hashes.push(await timed(folder, true))
      times.hashesLoop.push(hashAll(bytes.hashes))
      times.full.push(await timed(folder, false))
      times.fullLoop.push(hashAll(bytes.full))
    }
    const row = (name: string, ours: number[], loop: number[], goal: number) =>
      ratioRow(`${name}, commitment to ${commitment === 'fields' ? 'fields' : 'the document'}`, {
        ours: entries / median(ours),
        theirs: entries / median(loop),
        unit: 'entries/s',
        goal,
        better: 'more',
      })
    return [
      row('log check --hashes', times.hashes, times.hashesLoop, 0.2),
      row('log check', times.full, times.fullLoop, 0.05),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Checks of a log under both commitments. */
export async function checkFigure(): Promise<readonly FigureResult[]> {
  return [...(await measure('fields')), ...(await measure('document'))]
}
