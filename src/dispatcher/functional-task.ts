import type { Duration } from '../core/duration.ts'
import { Task, type TaskContext, type TaskLike, type TaskOptions, type TaskRun } from './task.ts'

export interface FunctionalTaskOptions extends Omit<TaskOptions, 'interval'> {
  /** The interval: `'5s'`, `'1h30m'`, or milliseconds. */
  readonly every?: Duration
  /** The work; see {@link TaskLike.coroutine}. */
  readonly run: (run: TaskRun) => unknown
  /** A gate: false skips this tick. */
  readonly when?: (run: TaskRun) => boolean | Promise<boolean>
  readonly prepare?: (context: TaskContext) => unknown
  readonly finish?: (context: TaskContext) => unknown
  readonly handleError?: (error: unknown, context: TaskContext) => unknown
}

/**
 * A task without a class; it is named after the function `run` unless `name` says otherwise.
 * @throws EnergywebError `task-invalid`, `duration-invalid`
 * @example
 * task({ every: '5s', name: 'hello', run: () => console.log('hello') })
 */
export function task(options: FunctionalTaskOptions): TaskLike {
  return new FunctionalTask(options)
}

class FunctionalTask extends Task {
  readonly #options: FunctionalTaskOptions

  constructor(options: FunctionalTaskOptions) {
    const { every, run } = options
    const named = options.name ?? (run.name === '' || run.name === 'run' ? 'task' : run.name)
    super({ ...options, name: named, ...(every === undefined ? {} : { interval: every }) })
    this.#options = options
  }

  override coroutine(run: TaskRun): unknown {
    return this.#options.run(run)
  }

  override triggerEvent(run: TaskRun): boolean | Promise<boolean> {
    return this.#options.when?.(run) ?? true
  }

  override prepare(context: TaskContext): unknown {
    return this.#options.prepare?.(context)
  }

  override finish(context: TaskContext): unknown {
    return this.#options.finish?.(context)
  }

  override handleError(error: unknown, context: TaskContext): unknown {
    return this.#options.handleError?.(error, context)
  }
}
