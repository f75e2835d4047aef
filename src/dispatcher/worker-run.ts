import type { TaskRun } from './task.ts'

/** What a run in a thread gets: the same as any other, with the task's `parameters`. */
export interface WorkerRun<Parameters = undefined, Item = undefined> extends TaskRun<Item> {
  /** A copy, as `structuredClone` makes it. */
  readonly parameters: Parameters
}

/** Work that runs in a thread: the default export of its module is such a function, or a class with a `coroutine`. */
export type WorkerCoroutine = (run: WorkerRun<unknown, unknown>) => unknown
