/**
 * A simulated year of 1,000 assets read every quarter of an hour: the gateway itself in virtual time, on a real log on disk.
 * The days given are run, the rest of the year is worked out: an append costs as much in a long log as in a short one.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { silentLogger } from '../src/core/logger.ts'
import type { Source } from '../src/core/source.ts'
import { GatewayApp, type GatewayAsset } from '../src/gateway/index.ts'
import { databaseName, type LogStore, openLog } from '../src/storage/index.ts'
import { VirtualClock } from '../src/testing/virtual-clock.ts'
import { boundRow, type FigureResult } from './figure.ts'

const slot = 15 * 60_000
const slotsADay = 96

export interface YearFigure {
  readonly entries: number
  readonly readings: number
  /** Seconds of the days that were run. */
  readonly seconds: number
  /** Minutes that the whole year would take. */
  readonly yearMinutes: number
  /** Bytes of the database an entry, without document and raw bytes. */
  readonly bytesAnEntry: number
  /** Resident megabytes after the first quarter of the run, and at its end. */
  readonly memory: readonly [number, number]
}

/** A meter of 5 kW that counts on; what it says is as long as a small device's answer. */
function meter(index: number, clock: VirtualClock): Source {
  const encoder = new TextEncoder()
  return {
    kind: 'bench',
    exceptions: [],
    async read({ channel }) {
      const measuredAt = clock.now()
      const energy = BigInt(measuredAt - Date.UTC(2024, 0, 1)) * 5_000n
      const text = `{"meter":${index},"at":${measuredAt},"wattSeconds":${energy / 1_000n}}`
      const raw = { bytes: encoder.encode(text), mediaType: 'application/json' }
      const device = { manufacturer: 'bench', model: 'meter', serial: `B-${index}` }
      const reading = { channel, kind: 'counter', energy, fraction: '', measuredAt, device, raw } as const
      return { readings: [reading], warnings: [] }
    },
    close: async () => undefined,
  }
}

/** Counts what the gateway waits for, so that virtual time stands still meanwhile. */
function counted(log: LogStore): { log: LogStore; settled(): Promise<void>; readonly taken: number } {
  const waiting = new Set<Promise<unknown>>()
  let taken = 0
  const record = log.record.bind(log)
  log.record = (...input) => {
    const recording = record(...input)
    waiting.add(recording)
    return recording.then(outcome => {
      waiting.delete(recording)
      taken += outcome.statuses.length
      return outcome
    })
  }
  return {
    log,
    /** Resolves when everything was taken that had come. */
    async settled() {
      while (waiting.size > 0) await Promise.all(waiting)
    },
    get taken() {
      return taken
    },
  }
}

/** @param days - how many of the 365 are run */
export async function yearFigure({
  assets: count = 1_000,
  days = 3,
  commitment = 'fields' as 'fields' | 'document',
} = {}): Promise<YearFigure> {
  const folder = mkdtempSync(join(tmpdir(), 'energyweb-year-'))
  const turn = () => new Promise<void>(resolve => setImmediate(resolve))
  let busy: ReturnType<typeof counted> | undefined
  const clock = new VirtualClock({
    settle: async () => {
      await turn()
      await busy?.settled()
    },
  })
  const assets = Array.from({ length: count }, (_, index): GatewayAsset => {
    const limits = { capacity: 10_000_000n }
    return {
      name: `asset ${index}`,
      source: meter(index, clock),
      channel: 'export',
      every: slot,
      aligned: true,
      limits,
      commitment,
    }
  })
  const log = counted(await openLog({ folder, clock }))
  busy = log
  const gateway = new GatewayApp({ openLog: async () => log.log, assets, clock, log: silentLogger })
  const stop = new AbortController()
  const running = gateway.run({ signal: stop.signal, signals: false })
  try {
    while (log.taken < count) await clock.advance(1)
    const memory: [number, number] = [0, 0]
    const first = log.taken
    const start = performance.now()
    for (let passed = 0; passed < days * slotsADay; passed++) {
      await clock.advance(slot)
      if (passed === Math.floor((days * slotsADay) / 4)) memory[0] = resident()
    }
    const seconds = (performance.now() - start) / 1_000
    memory[1] = resident()
    const readings = log.taken - first
    stop.abort()
    // What ends the gateway waits for timers of its own.
    const drive = setInterval(() => void clock.advance(100), 20)
    await running
    clearInterval(drive)
    const yearMinutes = (seconds / readings) * ((count * slotsADay * 365) / 60)
    return { readings, seconds, yearMinutes, memory, ...sizes(folder) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function resident(): number {
  globalThis.gc?.()
  return process.memoryUsage().rss / 1e6
}

function sizes(folder: string): { entries: number; bytesAnEntry: number } {
  const file = join(folder, databaseName)
  const database = new DatabaseSync(file, { readOnly: true })
  const number = (sql: string) => Number(Object.values(database.prepare(sql).get() ?? {})[0])
  const entries = number('SELECT count(*) FROM entries')
  const payload =
    number('SELECT sum(length(CAST(body AS BLOB))) FROM documents') +
    number('SELECT sum(length(bytes)) FROM raw')
  const size = number('PRAGMA page_count') * number('PRAGMA page_size')
  database.close()
  if (statSync(file).size < size) throw new Error('the database is larger than its file')
  return { entries, bytesAnEntry: (size - payload) / entries }
}

/** The rows of the table. */
export async function yearRows(): Promise<readonly FigureResult[]> {
  const { yearMinutes, bytesAnEntry, memory, readings, seconds } = await yearFigure()
  const of = `1,000 assets every 15 min for a year, from ${readings.toLocaleString('en')} readings in ${seconds.toFixed(0)} s`
  return [
    boundRow(of, { value: yearMinutes, unit: 'min', goal: 10 }),
    boundRow(`${of}: database, an entry over its payload`, { value: bytesAnEntry, unit: 'bytes', goal: 300 }),
    boundRow(`${of}: growth of memory`, { value: Math.max(0, memory[1] - memory[0]), unit: 'MB', goal: 20 }),
  ]
}

if (import.meta.main) {
  const [assets = '1000', days = '1', commitment = 'fields'] = process.argv.slice(2)
  console.log(
    await yearFigure({
      assets: Number(assets),
      days: Number(days),
      commitment: commitment === 'document' ? 'document' : 'fields',
    }),
  )
}
