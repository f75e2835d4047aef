import { type Clock, systemClock } from '../core/clock.ts'
import { type Duration, parseDuration } from '../core/duration.ts'
import { EnergywebError, messageOf } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import { isAbortEcho } from './attempt.ts'
import { consoleLogger } from './console-logger.ts'
import { type AppObserver, Reporter } from './events.ts'
import { Grace } from './grace.ts'
import type { Queue, QueueOptions, QueueStatistics } from './queue.ts'
import { Queues } from './queues.ts'
import { onTermination } from './signals.ts'
import type { TaskStatistics } from './statistics.ts'
import { Supervisor } from './supervisor.ts'
import type { TaskContext, TaskLike } from './task.ts'
import type { WorkerOptions } from './worker-pool.ts'

export interface AppOptions {
  /** Default: the machine's. */
  readonly clock?: Clock
  /** Default: warnings and errors to standard error. */
  readonly log?: Logger
  /** 0 <= n < 1; default `Math.random`. Only back-off asks. */
  readonly random?: () => number
  /** How long the end waits for runs to heed their abort, then for the tasks' `finish`, then for the app's. Default 5 s each. */
  readonly grace?: Duration
  /** The threads for tasks with a `worker`; none is started before one is needed. */
  readonly workers?: WorkerOptions
  /** Told of failures, skips and ends as they happen. */
  readonly onEvent?: AppObserver
}

export interface RunOptions {
  /** Ends the app when it aborts. */
  readonly signal?: AbortSignal
  /** False: leaves SIGINT and SIGTERM alone. Default true: the first one ends the app, the second one the process. */
  readonly signals?: boolean
}

/**
 * Holds tasks and runs them: prepare, configure, the tasks, finish.
 * @example
 * class MyApp extends App {
 *   override configure() {
 *     this.addTask(task({ every: '5s', run: () => console.log('hello') }))
 *   }
 * }
 * await new MyApp().run()
 */
export class App {
  readonly clock: Clock
  readonly log: Logger
  readonly random: () => number
  readonly #grace: number
  readonly #supervisor: Supervisor
  readonly #queues = new Queues()
  readonly #ending = new AbortController()
  #started = false

  /** @throws EnergywebError `duration-invalid`, `argument-invalid` */
  constructor(options: AppOptions = {}) {
    this.clock = options.clock ?? systemClock
    this.log = options.log ?? consoleLogger
    this.random = options.random ?? Math.random
    this.#grace = parseDuration(options.grace ?? '5s')
    const reporter = new Reporter(this.log, options.onEvent)
    this.#supervisor = new Supervisor({
      clock: this.clock,
      log: this.log,
      random: this.random,
      grace: this.#grace,
      workers: options.workers ?? {},
      report: event => reporter.report(event),
    })
  }

  /** Override it to open what the tasks share. */
  prepare(_context: TaskContext): unknown {
    return undefined
  }

  /** Override it to add the tasks. */
  configure(_context: TaskContext): unknown {
    return undefined
  }

  /** Override it to close what `prepare` opened; it runs once, after the last task, whatever ended the app. */
  finish(): unknown {
    return undefined
  }

  /**
   * Adds a task; while the app runs, it starts at once.
   * @throws EnergywebError `task-invalid`, `duration-invalid`, `aborted` when the app is ending
   */
  addTask(task: TaskLike): this {
    this.#supervisor.add(task)
    return this
  }

  /**
   * Ends a task and forgets it. Resolves when its `finish` has run; a task that removes itself must not wait for that.
   * @throws EnergywebError `task-invalid` when the app doesn't have it
   */
  removeTask(task: TaskLike): Promise<void> {
    return this.#supervisor.remove(task)
  }

  /**
   * Makes a queue of this app: a bounded way from one task to another. It is closed when the app ends; what it still holds
   * then is said in the log, and lost.
   * @throws EnergywebError `argument-invalid`, also when the app has a queue of this name
   * @example
   * const mails = this.addQueue<Mail>('mail', { max: 10 })
   * this.addTask(task({ trigger: on(mails), run: ({ item }) => send(item) }))
   */
  addQueue<Item>(name: string, options: QueueOptions): Queue<Item> {
    return this.#queues.add<Item>(name, options)
  }

  /** What each queue did so far, in the order in which they were added. */
  queueStatistics(): readonly QueueStatistics[] {
    return this.#queues.statistics()
  }

  /** What each task did so far, in the order in which they were added. */
  statistics(): readonly TaskStatistics[] {
    return this.#supervisor.statistics()
  }

  /**
   * Runs the app until `signal` aborts, a signal of the system comes, or every task has ended. An app runs once.
   * @throws EnergywebError `app-empty` when there are no tasks. What `prepare`, `configure` or any `finish` throws comes
   * out as it is, after everything has finished; several errors come out as one `app-failed` whose cause is an
   * AggregateError. A task's failing runs never end the app.
   */
  async run(options: RunOptions = {}): Promise<void> {
    if (this.#started) {
      throw new EnergywebError('argument-invalid', 'this app has run already', { hint: 'Make a new one.' })
    }
    this.#started = true
    if (options.signal?.aborted) return
    const release = this.#listen(options)
    try {
      await this.#live()
    } finally {
      release()
    }
  }

  async #live(): Promise<void> {
    const errors: unknown[] = []
    try {
      await this.#step('prepare', context => this.prepare(context))
      await this.#step('configure', context => this.configure(context))
      if (!this.#ending.signal.aborted) await this.#runTasks()
    } catch (error) {
      const { aborted, reason } = this.#ending.signal
      if (!(aborted && isAbortEcho(error, reason))) errors.push(error)
    }
    this.#end('its life is over')
    // Aborted first, closed after: a run that waits at a queue with its signal then ends without a failure.
    const stopping = this.#supervisor.stop(this.#ending.signal.reason)
    this.#queues.close()
    errors.push(...(await stopping))
    this.#queues.reportLost(this.log)
    try {
      await this.#withinGrace(
        Promise.try(() => this.finish()),
        'finish() of the app',
      )
    } catch (error) {
      errors.push(error)
    }
    throwAll(errors)
  }

  async #runTasks(): Promise<void> {
    this.#supervisor.start()
    await Promise.race([this.#supervisor.allEnded(), this.#ended()])
  }

  async #step(name: string, work: (context: TaskContext) => unknown): Promise<void> {
    const { signal } = this.#ending
    if (signal.aborted) return
    const working = Promise.try(() => work({ signal, clock: this.clock, log: this.log }))
    await Promise.race([working, this.#ended()])
    await this.#withinGrace(working, `${name}() of the app`)
  }

  async #withinGrace(work: Promise<unknown>, what: string): Promise<void> {
    const grace = new Grace(this.#grace, this)
    try {
      await grace.wait(work, what)
    } finally {
      grace.end()
    }
  }

  #ended(): Promise<void> {
    const { signal } = this.#ending
    return new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
  }

  #end(why: string): void {
    this.#ending.abort(new EnergywebError('aborted', `the app ends: ${why}`))
  }

  /** Until released, keeps the process alive, also while every task waits for something that holds no handle. */
  #listen(options: RunOptions): () => void {
    const stop = () => this.#end('its signal aborted')
    const alive = setInterval(() => undefined, 2 ** 30)
    options.signal?.addEventListener('abort', stop, { once: true })
    const release = options.signals === false ? undefined : onTermination(signal => this.#end(signal))
    return () => {
      clearInterval(alive)
      options.signal?.removeEventListener('abort', stop)
      release?.()
    }
  }
}

function throwAll(errors: readonly unknown[]): void {
  if (errors.length === 0) return
  if (errors.length === 1) throw errors[0]
  const messages = errors.slice(0, 3).map(messageOf).join('; ')
  throw new EnergywebError(
    'app-failed',
    `${errors.length} errors: ${messages}${errors.length > 3 ? '; …' : ''}`,
    {
      cause: new AggregateError(errors),
    },
  )
}
