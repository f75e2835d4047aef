import { spawn } from 'node:child_process'
import { silentLogger } from '../src/core/logger.ts'
import { App, type Tick, task } from '../src/dispatcher/index.ts'

/** How late the runs of 1,000 tasks began, in milliseconds. */
export interface Lateness {
  readonly p99: number
  readonly p999: number
  readonly longest: number
}

export interface ThreadSoakFigure {
  /** Beside a task that blocks its thread. */
  readonly thread: Lateness
  /** Beside a process that computes all the time: what the machine alone does to them. */
  readonly process: Lateness
  /** Beside nothing. */
  readonly nothing: Lateness
  /** How often the thread was blocked for 2 s. */
  readonly blocked: number
}

type Beside = 'thread' | 'process' | 'nothing'

const blockMilliseconds = 2_000

/**
 * Runs 1,000 tasks of 1 s, spread, beside a task that blocks its thread for 2 s again and again, beside a process that
 * computes as much, and beside nothing, in turns of so many seconds.
 */
export async function threadSoakFigure(
  options: { seconds?: number; turns?: number } = {},
): Promise<ThreadSoakFigure> {
  const { seconds = 10, turns = 4 } = options
  const lateness: Record<Beside, number[]> = { thread: [], process: [], nothing: [] }
  let blocked = 0
  // Once for nothing: it loads the library.
  await turn(5, 'thread')
  for (let index = 0; index < turns; index++) {
    for (const beside of ['nothing', 'process', 'thread'] as const) {
      const one = await turn(seconds, beside)
      lateness[beside].push(...one.lateness)
      blocked += one.blocked
    }
  }
  const { thread, process, nothing } = lateness
  return { thread: tail(thread), process: tail(process), nothing: tail(nothing), blocked }
}

async function turn(seconds: number, beside: Beside): Promise<{ lateness: number[]; blocked: number }> {
  const lateness: number[] = []
  const app = new App({ log: silentLogger, workers: { max: 1 } })
  const run = ({ tick }: { tick: Tick }) => lateness.push(tick.lateness)
  for (let index = 0; index < 1_000; index++) {
    app.addTask(task({ every: '1s', isEager: false, name: `task-${index}`, run }))
  }
  const worker = new URL('./block.ts', import.meta.url)
  let blocked = 0
  const count = () => blocked++
  const blocking = { every: '100ms', worker, parameters: blockMilliseconds, handleResult: count } as const
  if (beside === 'thread') app.addTask(task(blocking))
  const busy = beside === 'process' ? spawn(process.execPath, ['-e', 'for (;;);']) : undefined
  const ended = app.run({ signal: AbortSignal.timeout(seconds * 1_000) })
  // A run that the end cuts off fails, which is no failure of the figure; any other error is.
  await ended.catch((error: unknown) => {
    if (beside !== 'thread') throw error
  })
  busy?.kill('SIGKILL')
  return { lateness, blocked }
}

function tail(lateness: readonly number[]): Lateness {
  const ordered = Float64Array.from(lateness).sort()
  const at = (share: number) => ordered[Math.floor((ordered.length - 1) * share)] ?? Number.NaN
  return { p99: at(0.99), p999: at(0.999), longest: at(1) }
}

if (import.meta.main) {
  const [seconds, turns] = process.argv.slice(2).map(Number)
  console.log(await threadSoakFigure({ ...(seconds ? { seconds } : {}), ...(turns ? { turns } : {}) }))
}
