import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { silentLogger } from '../src/core/logger.ts'
import { App, on, Queue, type TaskLike, task } from '../src/dispatcher/index.ts'
import { VirtualClock } from '../src/testing/virtual-clock.ts'

export interface FailureSoakFigure {
  readonly failures: number
  /** Of the heap after a full collection, in MB. */
  readonly heapBefore: number
  readonly heapAfter: number
  readonly seconds: number
}

/** Lets 1,000 tasks fail, in every way there is, a million times in virtual time, and looks at the heap before and after. */
export async function failureSoakFigure(options: { failures?: number } = {}): Promise<FailureSoakFigure> {
  const { failures = 1_000_000 } = options
  const clock = new VirtualClock()
  const app = new App({ clock, log: silentLogger, grace: '1s' })
  for (let index = 0; index < 200; index++) for (const one of failingTasks(index)) app.addTask(one)
  const end = new AbortController()
  const running = app.run({ signal: end.signal, signals: false })
  const failed = () => app.statistics().reduce((sum, one) => sum + one.failures, 0)
  const until = async (count: number) => {
    while (failed() < count) await clock.advance(3_600_000)
  }
  await until(failures / 10)
  const [first, heapBefore, begin] = [failed(), heap(), performance.now()]
  await until(first + failures)
  const figure = {
    failures: failed() - first,
    heapBefore,
    heapAfter: heap(),
    seconds: (performance.now() - begin) / 1_000,
  }
  end.abort()
  await clock.advance(60_000)
  await running
  return figure
}

function failingTasks(index: number): TaskLike[] {
  const broken = (): never => {
    throw new TypeError('broken')
  }
  const queue = new Queue<number>('poison', { max: 1 })
  queue.offer(index)
  const never = ({ signal }: { signal: AbortSignal }) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))
  // biome-ignore lint/correctness/useYield: it fails before it could
  async function* dropped() {
    broken()
  }
  const handleError = async () => broken()
  return [
    task({ every: '1s', name: `at once ${index}`, run: broken }),
    task({ every: '1s', name: `later ${index}`, overlap: 'queue', run: async () => broken(), handleError }),
    task({ every: '1m', name: `deadline ${index}`, deadline: '10s', run: never }),
    task({ trigger: on(queue), name: `item ${index}`, run: broken }),
    task({ trigger: dropped, name: `trigger ${index}`, run: () => undefined }),
  ]
}

function heap(): number {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  for (let round = 0; round < 3; round++) if (typeof collect === 'function') collect()
  return process.memoryUsage().heapUsed / 2 ** 20
}

if (import.meta.main) {
  const [failures] = process.argv.slice(2).map(Number)
  console.log(await failureSoakFigure(failures ? { failures } : {}))
}
