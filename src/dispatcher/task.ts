import type { Clock } from '../core/clock.ts'
import { type Duration, parseDuration } from '../core/duration.ts'
import { EnergywebError } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
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
export interface TaskRun extends TaskContext {
  readonly tick: Tick
}

/** What to do with a tick that comes while the run before is still going: skip it, and count it. */
export type Overlap = 'skip'

/** All that an app knows of a task. {@link Task} and {@link task} make one; anything of this shape will do. */
export interface TaskLike {
  /** Names the task in logs and statistics, and sets its phase. An app makes equal names distinct. */
  readonly name?: string | undefined
  /** When it runs. May be missing only where `runForever` is false: then it runs at once. */
  readonly trigger?: Trigger | undefined
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
  /** The work. A promise is waited for; what it throws is counted, reported and tried again after a back-off. */
  coroutine(run: TaskRun): unknown
  /** A gate: false skips this tick. */
  triggerEvent?(run: TaskRun): boolean | Promise<boolean>
  /** Runs before the first tick; tried again after a back-off until it succeeds. */
  prepare?(context: TaskContext): unknown
  /** Runs once when the task ends, whatever ended it, even if `prepare` never succeeded. Its signal doesn't abort. */
  finish?(context: TaskContext): unknown
  /** Told of every failure, after the app has logged it. It can't stop the retry. */
  handleError?(error: unknown, context: TaskContext): unknown
}

export interface TaskOptions {
  /** The class's name by default. */
  readonly name?: string
  /** `'5s'`, `'1h30m'`, a {@link LifeCycle}, or milliseconds. */
  readonly interval?: Duration
  /** Instead of an interval. */
  readonly trigger?: Trigger
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
export abstract class Task implements TaskLike {
  readonly name: string
  /** The interval as it was given. */
  readonly interval: Duration | undefined
  readonly trigger: Trigger | undefined
  readonly isEager: boolean
  readonly runForever: boolean
  readonly deadline: Duration | undefined
  readonly overlap: Overlap

  /** @throws EnergywebError `task-invalid`, `duration-invalid` */
  constructor(options: TaskOptions) {
    this.name = options.name ?? (this.constructor.name || 'task')
    this.interval = options.interval
    this.trigger = triggerOf(this.name, options)
    this.isEager = options.isEager ?? true
    this.runForever = options.runForever ?? true
    if (options.deadline !== undefined) parseDuration(options.deadline)
    this.deadline = options.deadline
    this.overlap = options.overlap ?? 'skip'
  }

  /** The work; see {@link TaskLike.coroutine}. */
  abstract coroutine(run: TaskRun): unknown

  /** Override it as a gate: false skips this tick. */
  triggerEvent(_run: TaskRun): boolean | Promise<boolean> {
    return true
  }

  /** Override it to open what the runs need; see {@link TaskLike.prepare}. */
  prepare(_context: TaskContext): unknown {
    return undefined
  }

  /** Override it to close what `prepare` opened; see {@link TaskLike.finish}. */
  finish(_context: TaskContext): unknown {
    return undefined
  }

  /** Override it to hear of failures; see {@link TaskLike.handleError}. */
  handleError(_error: unknown, _context: TaskContext): unknown {
    return undefined
  }
}

function triggerOf(name: string, options: TaskOptions): Trigger | undefined {
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
  }
}
