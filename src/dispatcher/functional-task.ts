import type { Duration } from '../core/duration.ts'
import {
  type FailureContext,
  Task,
  type TaskContext,
  type TaskLike,
  type TaskRun,
  type TaskSettings,
} from './task.ts'

export interface FunctionalTaskOptions<Item = undefined> extends TaskSettings<Item> {
  /** The interval: `'5s'`, `'1h30m'`, or milliseconds. */
  readonly every?: Duration
  /** The work; see {@link TaskLike.coroutine}. */
  readonly run: (run: TaskRun<Item>) => unknown
  /** A gate: false skips this tick, and drops its item. */
  readonly when?: (run: TaskRun<Item>) => boolean | Promise<boolean>
  readonly prepare?: (context: TaskContext) => unknown
  readonly finish?: (context: TaskContext) => unknown
  readonly handleError?: (error: unknown, context: FailureContext) => unknown
}

/**
 * A task without a class; it is named after the function `run` unless `name` says otherwise.
 * @throws EnergywebError `task-invalid`, `duration-invalid`
 * @example
 * task({ every: '5s', name: 'hello', run: () => console.log('hello') })
 */
export function task<Item = undefined>(options: FunctionalTaskOptions<Item>): TaskLike {
  return new FunctionalTask(options)
}

class FunctionalTask<Item> extends Task<Item> {
  readonly #options: FunctionalTaskOptions<Item>

  constructor(options: FunctionalTaskOptions<Item>) {
    const { every, run } = options
    const named = options.name ?? (run.name === '' || run.name === 'run' ? 'task' : run.name)
    super({ ...options, name: named, ...(every === undefined ? {} : { interval: every }) })
    this.#options = options
  }

  override coroutine(run: TaskRun<Item>): unknown {
    return this.#options.run(run)
  }

  override triggerEvent(run: TaskRun<Item>): boolean | Promise<boolean> {
    return this.#options.when?.(run) ?? true
  }

  override prepare(context: TaskContext): unknown {
    return this.#options.prepare?.(context)
  }

  override finish(context: TaskContext): unknown {
    return this.#options.finish?.(context)
  }

  override handleError(error: unknown, context: FailureContext): unknown {
    return this.#options.handleError?.(error, context)
  }
}
