import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { checkLog, type LogReader, type LogStore, openLog, openLogReader } from '../../src/storage/index.ts'
import { childReading, line } from './child-reading.ts'

const script = fileURLToPath(new URL('./child-writer.ts', import.meta.url))

export interface ChildOptions {
  readonly folder: string
  readonly count: number
  readonly concurrent: number
  readonly env?: Record<string, string>
  /** A program that runs the child, with its arguments. */
  readonly under?: readonly string[]
  readonly script?: string
  readonly arguments?: readonly string[]
  /** Called with every line as it comes. */
  readonly onLine?: (line: string, child: ChildProcess) => void
}

export interface ChildEnd {
  readonly lines: readonly string[]
  readonly signal: string | null
  readonly code: number | null
  readonly errors: string
}

/** Runs a writer until it ends or is ended. */
export function runChild(options: ChildOptions): Promise<ChildEnd> {
  const { folder, count, concurrent, env = {}, under = [], onLine } = options
  const own = options.arguments ?? [folder, String(count), String(concurrent)]
  const [program = '', ...rest] = [...under, process.execPath, options.script ?? script, ...own]
  const child = spawn(program, rest, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const lines: string[] = []
  let partial = ''
  let errors = ''
  child.stdout.on('data', (chunk: Buffer) => {
    partial += chunk.toString()
    const complete = partial.split('\n')
    partial = complete.pop() ?? ''
    for (const text of complete) {
      lines.push(text)
      onLine?.(text, child)
    }
  })
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ lines, signal, code, errors }))
  })
}

/** The numbers behind lines of one letter. */
export function acknowledged(lines: readonly string[], letter: string): number[] {
  return lines.filter(text => text.startsWith(`${letter} `)).map(text => Number(text.slice(2)))
}

/**
 * Opens the log that a child left behind and checks that all it had said is there, and the whole log is right.
 * Answers how many readings the log has.
 */
export async function expectNothingLost(folder: string, lines: readonly string[]): Promise<number> {
  const log = await openLog({ folder })
  await expectEventsKept(log, lines)
  await log.close()
  const result = await checkLog({ folder })
  expect(result.firstBad).toBeUndefined()
  const reader = openLogReader({ folder })
  try {
    if (reader.streams().length === 0) {
      expect(lines).toEqual([])
      return 0
    }
    const kept = readingsOf(reader)
    for (const n of acknowledged(lines, 'r')) expect(kept.get(n), `reading ${n}`).toBe(childReading(n).energy)
    const finals = acknowledged(lines, 'f')
    if (finals.length > 0) {
      expect(reader.lines().find(state => state.line === line)?.cursor).toBeGreaterThanOrEqual(
        Math.max(...finals),
      )
    }
    const priced = acknowledged(lines, 'p')
    if (priced.length > 0) {
      const { total = 0n, cursor = -1, missing = 0, waiting = 0 } = reader.carbon('roof') ?? {}
      expect(cursor).toBeGreaterThanOrEqual(Math.max(...priced))
      // 1 Wh at 400 g/kWh a step; the first reading only opens the register.
      expect(total).toBe(BigInt(kept.size - 1 - missing - waiting) * 400_000_000n)
    }
    const signed = acknowledged(lines, 'c')
    if (signed.length > 0) {
      expect(Number(reader.lastCheckpoint()?.split('\n')[1])).toBeGreaterThanOrEqual(Math.max(...signed))
    }
    return kept.size
  } finally {
    reader.close()
  }
}

/** Cursor and events moved together, and each key has its one note. */
async function expectEventsKept(log: LogStore, lines: readonly string[]): Promise<void> {
  const followed = acknowledged(lines, 'e')
  const cursor = Number((await log.eventCursor('child')) ?? 0)
  expect(cursor).toBeGreaterThanOrEqual(Math.max(0, ...followed))
  const offered = (await log.offeredEvents('child')).map(({ body }) => Number(body)).sort((a, b) => a - b)
  expect(offered).toEqual([cursor - 2, cursor - 1, cursor].filter(n => n > 0 && offered.includes(n)))
  expect(offered.at(-1) ?? 0).toBe(cursor)
  if (cursor === 0) return
  const notes = (await log.entries('gateway', { after: -1, limit: 100_000 })).map(
    ({ document }) => document?.text,
  )
  expect(new Set(notes).size, 'a note twice').toBe(notes.length)
  for (const n of followed) expect(notes).toContain(`event-${n}`)
}

/** Energy by number of reading, each exactly once. */
function readingsOf(reader: LogReader): Map<number, bigint> {
  const kept = new Map<number, bigint>()
  const first = childReading(0).measuredAt
  for (let after = -1; ; ) {
    const entries = reader.entries('roof', { after, limit: 5_000 })
    for (const { kind, document } of entries) {
      if (kind !== 'reading' || document === undefined) continue
      const n = (Date.parse(String(document.measuredAt)) - first) / 60_000
      expect(kept.has(n), `reading ${n} twice`).toBe(false)
      kept.set(n, BigInt(String(document.energy)))
    }
    const last = entries.at(-1)
    if (last === undefined) return kept
    after = last.sequence
  }
}
