import { isMainThread, threadId } from 'node:worker_threads'
import type { WorkerRun } from '../../../src/dispatcher/index.ts'

/** Says what it got, and where it ran. */
export default function echo({ parameters, item, tick, log, clock, signal }: WorkerRun<unknown, unknown>) {
  log.info({ isMainThread }, 'hello from the thread')
  log.warn({ run: () => undefined }, 'a field that can not be copied')
  const inTime = Math.abs(clock.now() - Date.now()) < 1_000
  return { parameters, item, number: tick.number, isMainThread, threadId, aborted: signal.aborted, inTime }
}
