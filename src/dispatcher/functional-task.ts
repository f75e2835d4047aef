import type { Duration } from '../core/duration.ts'
import {
  type FailureContext,
  Task,
  type TaskContext,
  type TaskLike,
  type TaskRun,
  type TaskSettings,
} from './task.ts'

interface FunctionalTaskHooks<Item> extends TaskSettings<Item> {
  /** The interval: `'5s'`, `'1h30m'`, or milliseconds. */
  readonly every?: Duration
  /** A gate: false skips this tick, and drops its item. */
  readonly when?: (run: TaskRun<Item>) => boolean | Promise<boolean>
  readonly prepare?: (context: TaskContext) => unknown
  readonly finish?: (context: TaskContext) => unknown
  readonly handleError?: (error: unknown, context: FailureContext) => unknown
}

export interface FunctionalTaskOptions<Item = undefined> extends FunctionalTaskHooks<Item> {
  /** The work; see {@link TaskLike.coroutine}. */
  readonly run: (run: TaskRun<Item>) => unknown
  readonly worker?: never
}

/** A task whose work is done in a thread. */
export interface WorkerTaskOptions<Item = undefined> extends FunctionalTaskHooks<Item> {
  readonly worker: URL
  readonly run?: never
  /** Gets what the work answered; part of the run. */
  readonly handleResult?: (result: unknown, run: TaskRun<Item>) => unknown
}

/**
 * A task without a class; it is named after the function `run`, or the file of `worker`, unless `name` says otherwise.
 * @throws EnergywebError `task-invalid`, `duration-invalid`
 * @example
 * task({ every: '5s', name: 'hello', run: () => console.log('hello') })
 */
export function task<Item = undefined>(
  options: FunctionalTaskOptions<Item> | WorkerTaskOptions<Item>,
): TaskLike {
  return new FunctionalTask(options)
}

class FunctionalTask<Item> extends Task<Item> {
  readonly #options: FunctionalTaskOptions<Item> | WorkerTaskOptions<Item>

  constructor(options: FunctionalTaskOptions<Item> | WorkerTaskOptions<Item>) {
    const { every } = options
    const name = options.name ?? (options.worker === undefined ? options.run.name : stemOf(options.worker))
    const named = name === '' || name === 'run' ? 'task' : name
    super({ ...options, name: named, ...(every === undefined ? {} : { interval: every }) })
    this.#options = options
    // Left undefined, it lets the work answer anything: what nobody wants isn't copied.
    if (options.worker !== undefined && options.handleResult !== undefined)
      this.handleResult = options.handleResult
  }

  override coroutine(run: TaskRun<Item>): unknown {
    return this.#options.run?.(run)
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

/** `heavy` of `file:///app/heavy.ts`. */
function stemOf(file: URL): string {
  return file.pathname.replace(/^.*\//, '').replace(/\.\w+$/, '')
}
