import { App, task } from '../src/dispatcher/index.ts'

export interface DispatcherFigure {
  /** The larger share of one core that the two runs took, start-up left out. */
  readonly cpuShare: number
  /** Slots without a run, plus runs that are missing from the count. */
  readonly missed: number
  readonly p99SpreadMilliseconds: number
  readonly p99AlignedMilliseconds: number
}

interface RunFigure {
  readonly cpuShare: number
  readonly missed: number
  readonly p99: number
}

/** Runs so many tasks of one second, asynchronous and empty, for so many seconds: spread, then aligned. */
export async function dispatcherFigure(
  options: { seconds?: number; tasks?: number } = {},
): Promise<DispatcherFigure> {
  const { seconds = 60, tasks = 10_000 } = options
  const spread = await measure(seconds, tasks, false)
  const aligned = await measure(seconds, tasks, true)
  return {
    cpuShare: Math.max(spread.cpuShare, aligned.cpuShare),
    missed: spread.missed + aligned.missed,
    p99SpreadMilliseconds: spread.p99,
    p99AlignedMilliseconds: aligned.p99,
  }
}

async function measure(seconds: number, tasks: number, aligned: boolean): Promise<RunFigure> {
  const lateness = new Float64Array(tasks * (seconds + 2))
  let samples = 0
  const app = new App()
  for (let index = 0; index < tasks; index++) {
    const run = async ({ tick }: { tick: { lateness: number } }) => {
      lateness[samples++] = tick.lateness
    }
    app.addTask(task({ every: '1s', isEager: false, aligned, name: `task-${index}`, run }))
  }
  const end = new AbortController()
  const running = app.run({ signal: end.signal })
  // The first slots come within the first second; half a second keeps the last of the aligned slots inside.
  await new Promise(resolve => setTimeout(resolve, 500))
  const [cpu, begin] = [process.cpuUsage(), performance.now()]
  await new Promise(resolve => setTimeout(resolve, seconds * 1_000))
  const [used, elapsed] = [process.cpuUsage(cpu), performance.now() - begin]
  const statistics = app.statistics()
  end.abort()
  await running
  const skipped = statistics.reduce((sum, one) => sum + one.skipped, 0)
  const absent = statistics.reduce((sum, one) => sum + Math.max(0, seconds - one.runs), 0)
  const ordered = lateness.subarray(0, samples).sort()
  return {
    cpuShare: (used.user + used.system) / 1_000 / elapsed,
    missed: skipped + absent,
    p99: ordered[Math.floor(samples * 0.99)] ?? Number.NaN,
  }
}

if (import.meta.main) {
  const [seconds, tasks] = process.argv.slice(2).map(Number)
  console.log(await dispatcherFigure({ ...(seconds ? { seconds } : {}), ...(tasks ? { tasks } : {}) }))
}
