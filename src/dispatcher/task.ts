import type { Clock } from '../core/clock.ts'
import { type Duration, parseDuration } from '../core/duration.ts'
import { EnergywebError } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import type { FailedStep } from './events.ts'
import { every, type Tick, type Trigger } from './trigger.ts'

/** What a task gets while it prepares, runs or finishes. */
export interface TaskContext {
  /** Aborts at the deadline, when the task is removed and when the app ends. */
  readonly signal: AbortSignal
  readonly clock: Clock
  /** The app's logger; every message carries the task's name. */
  readonly log: Logger
}

/** What one run gets. */
export interface TaskRun<Item = undefined> extends TaskContext {
  readonly tick: Tick<Item>
  /** What there is to handle, where the trigger brings items, as {@link on} does. */
  readonly item: Item
}

/** What `handleError` gets. */
export interface FailureContext extends TaskContext {
  /** What failed. */
  readonly during: FailedStep
  /** Failures since the last good run, this one included. */
  readonly consecutiveFailures: number
  /** Undefined when there is no next try, or when it isn't known yet, as for a run that was just aborted. */
  readonly retryInMilliseconds: number | undefined
}

/**
 * What to do with a tick that comes while the run before is still going, or is yet to be tried again: `skip` it, or let it
 * wait in a `queue`. What has no place is counted.
 */
export type Overlap = 'skip' | 'queue'

/** All that an app knows of a task. {@link Task} and {@link task} make one; anything of this shape will do. */
export interface TaskLike<Item = unknown> {
  /** Names the task in logs and statistics, and sets its phase. An app makes equal names distinct. */
  readonly name?: string | undefined
  /** When it runs. May be missing only where `runForever` is false: then it runs at once. */
  readonly trigger?: Trigger<Item> | undefined
  /**
   * With an interval: whether it also runs at once. Its second run follows after half an interval to one, the first slot
   * of its phase (`aligned`: the next whole interval). Default true.
   */
  readonly isEager?: boolean | undefined
  /** False: the task ends after its first good run. Default true. */
  readonly runForever?: boolean | undefined
  /** The longest that a run, or `prepare`, may take. Default: no limit. */
  readonly deadline?: Duration | undefined
  readonly overlap?: Overlap | undefined
  /** With overlap `queue`: how many ticks may wait. Default 10. */
  readonly maxPending?: number | undefined
  /** How often a run is tried before the next tick is waited for. Default: until it succeeds. */
  readonly tries?: number | undefined
  /**
   * Where the work is done instead: a module whose default export is a function `(run) => …`, or a class with a `coroutine`.
   * It runs in a thread of the app's pool, and this object's own `coroutine` is never called.
   */
  readonly worker?: URL | undefined
  /** What `worker` gets as `run.parameters`: plain data. */
  readonly parameters?: unknown
  /** The work. A promise is waited for; what it throws is counted, reported and tried again after a back-off. */
  coroutine(run: TaskRun<Item>): unknown
  /** Gets what the work in `worker` answered; part of the run. */
  handleResult?(result: unknown, run: TaskRun<Item>): unknown
  /** A gate: false skips this tick, and drops its item. */
  triggerEvent?(run: TaskRun<Item>): boolean | Promise<boolean>
  /** Runs before the first tick; tried again after a back-off until it succeeds. */
  prepare?(context: TaskContext): unknown
  /** Runs once when the task ends, whatever ended it, even if `prepare` never succeeded. Its signal doesn't abort. */
  finish?(context: TaskContext): unknown
  /**
   * Told of every failure, after the app has logged it. It can't stop the retry. It may take its time: the task's end waits
   * for it. Its signal doesn't abort.
   */
  handleError?(error: unknown, context: FailureContext): unknown
}

/** What every task takes, whatever its form. */
export interface TaskSettings<Item = undefined> {
  /** The name of the class, or of the function, by default. */
  readonly name?: string
  /** Instead of an interval: {@link cron}, {@link on}, or one of your own. */
  readonly trigger?: Trigger<Item>
  /** True: runs at whole intervals since the start of the app, together with all others. Default false. */
  readonly aligned?: boolean
  /** Whether it also runs at once; see {@link TaskLike.isEager}. Default true. */
  readonly isEager?: boolean
  /** False: the task ends after its first good run. Default true. */
  readonly runForever?: boolean
  /** The longest that one run may take. Default: no limit. */
  readonly deadline?: Duration
  /** Default `'skip'`. */
  readonly overlap?: Overlap
  /** With overlap `queue`: how many ticks may wait, 1 to 1,000. Default 10. */
  readonly maxPending?: number
  /**
   * How often a run is tried before the next tick is waited for; an item of a queue is then given up. Default: until it
   * succeeds.
   */
  readonly tries?: number
  /**
   * Does the work in a thread of the app's pool, so that it holds nobody up: a module whose default export is a function
   * `(run) => …`, or a class with a `coroutine`, which may be this very class. Its deadline counts from the moment that a
   * thread takes it.
   * @example
   * new URL('./heavy.ts', import.meta.url)
   */
  readonly worker?: URL
  /** What `worker` gets as `run.parameters`, or in the constructor of its class: plain data, copied for each run. */
  readonly parameters?: unknown
}

export interface TaskOptions<Item = undefined> extends TaskSettings<Item> {
  /** `'5s'`, `'1h30m'`, a {@link LifeCycle}, or milliseconds. */
  readonly interval?: Duration
}

/**
 * The base of a task written as a class.
 * @example
 * class Hello extends Task {
 *   override coroutine() {
 *     console.log('hello')
 *   }
 * }
 * new Hello({ interval: LifeCycle.FIVE_SECONDS })
 */
export abstract class Task<Item = undefined> implements TaskLike<Item> {
  readonly name: string
  /** The interval as it was given. */
  readonly interval: Duration | undefined
  readonly trigger: Trigger<Item> | undefined
  readonly isEager: boolean
  readonly runForever: boolean
  readonly deadline: Duration | undefined
  readonly overlap: Overlap
  readonly maxPending: number | undefined
  readonly tries: number | undefined
  readonly worker: URL | undefined
  readonly parameters: unknown

  /** @throws EnergywebError `task-invalid`, `duration-invalid` */
  constructor(options: TaskOptions<Item>) {
    this.name = options.name ?? (this.constructor.name || 'task')
    this.interval = options.interval
    this.trigger = triggerOf(this.name, options)
    this.isEager = options.isEager ?? true
    this.runForever = options.runForever ?? true
    if (options.deadline !== undefined) parseDuration(options.deadline)
    this.deadline = options.deadline
    this.overlap = options.overlap ?? 'skip'
    this.maxPending = options.maxPending
    this.tries = options.tries
    this.worker = options.worker
    this.parameters = options.parameters
  }

  /** The work; see {@link TaskLike.coroutine}. */
  abstract coroutine(run: TaskRun<Item>): unknown

  /** Override it as a gate: false skips this tick. */
  triggerEvent(_run: TaskRun<Item>): boolean | Promise<boolean> {
    return true
  }

  /** Override it to get what the work in `worker` answered; see {@link TaskLike.handleResult}. */
  handleResult?(_result: unknown, _run: TaskRun<Item>): unknown

  /** Override it to open what the runs need; see {@link TaskLike.prepare}. */
  prepare(_context: TaskContext): unknown {
    return undefined
  }

  /** Override it to close what `prepare` opened; see {@link TaskLike.finish}. */
  finish(_context: TaskContext): unknown {
    return undefined
  }

  /** Override it to hear of failures; see {@link TaskLike.handleError}. */
  handleError(_error: unknown, _context: FailureContext): unknown {
    return undefined
  }
}

function triggerOf<Item>(name: string, options: TaskOptions<Item>): Trigger<Item> | undefined {
  if (options.interval !== undefined && options.trigger !== undefined) {
    throw new EnergywebError('task-invalid', `task "${name}" has an interval and a trigger`, {
      hint: 'Give one of the two.',
    })
  }
  if (options.interval === undefined) return options.trigger
  return every(options.interval, { aligned: options.aligned ?? false })
}

/**
 * Refuses what no app could run; callers in plain JavaScript have no compiler to tell them.
 * @throws EnergywebError `task-invalid`
 */
export function requireTask(task: TaskLike | null | undefined): void {
  const fail = (what: string): never => {
    throw new EnergywebError('task-invalid', what, {
      hint: 'Give an instance of Task, or what task() answers.',
    })
  }
  if (!task) fail(`${String(task)} is not a task`)
  else if (typeof task.coroutine !== 'function') fail('a task must have a coroutine()')
  else if (task.trigger === undefined && task.runForever !== false) {
    fail(`task "${task.name ?? 'task'}" has neither an interval nor a trigger, and would run for ever`)
  } else if (task.tries !== undefined && !(Number.isSafeInteger(task.tries) && task.tries > 0)) {
    fail(`task "${task.name ?? 'task'}" can't be tried ${task.tries} times`)
  } else if (task.worker !== undefined && task.worker.protocol !== 'file:') {
    fail(`the worker of task "${task.name ?? 'task'}" is not the URL of a file: ${String(task.worker)}`)
  }
}
