import type { Clock } from '../core/clock.ts'
import { EnergywebError } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import type { AppEvent, FailedStep } from './events.ts'
import { Grace } from './grace.ts'
import type { TaskStatistics } from './statistics.ts'
import { requireTask, type TaskLike } from './task.ts'
import type { TaskHost } from './task-host.ts'
import { TaskRunner } from './task-runner.ts'
import { TimerWheel } from './timer-wheel.ts'
import { type WorkerOptions, WorkerPool } from './worker-pool.ts'

export interface SupervisorContext {
  readonly clock: Clock
  readonly log: Logger
  readonly random: () => number
  /** Milliseconds. */
  readonly grace: number
  readonly workers: WorkerOptions
  report(event: AppEvent): void
}

/** The tasks of an app: starts them, ends them in order, and knows when the last one has ended. */
export class Supervisor implements TaskHost {
  readonly clock: Clock
  readonly log: Logger
  readonly random: () => number
  readonly wheel: TimerWheel
  readonly workers: WorkerPool
  readonly #context: SupervisorContext
  readonly #runners = new Map<TaskLike, TaskRunner>()
  readonly #endings = new Map<TaskRunner, Promise<void>>()
  readonly #names = new Map<string, number>()
  readonly #allEnded = Promise.withResolvers<void>()
  readonly #errors: unknown[] = []
  #active = 0
  #epoch = 0
  #state: 'waiting' | 'running' | 'stopping' = 'waiting'

  constructor(context: SupervisorContext) {
    this.#context = context
    this.clock = context.clock
    this.log = context.log
    this.random = context.random
    this.wheel = new TimerWheel(context.clock, error =>
      this.report({ type: 'app-failed', during: 'a timer', error }),
    )
    // Half of the grace: a thread that has to be ended at the app's end is gone before the app stops waiting for its run.
    this.workers = new WorkerPool(context.workers, {
      grace: Math.ceil(context.grace / 2),
      onError: error => this.report({ type: 'app-failed', during: 'a thread without a run', error }),
    })
  }

  get epoch(): number {
    return this.#epoch
  }

  report(event: AppEvent): void {
    this.#context.report(event)
  }

  /** @throws EnergywebError `task-invalid`, `duration-invalid`, `aborted` when the app is ending */
  add(task: TaskLike): void {
    requireTask(task)
    if (this.#runners.has(task)) {
      throw new EnergywebError('task-invalid', `task "${task.name ?? 'task'}" was added twice`, {
        hint: 'Make one object for each.',
      })
    }
    if (this.#state === 'stopping')
      throw new EnergywebError('aborted', 'the app is ending; it takes no more tasks')
    const runner = new TaskRunner(this.#distinct(task.name ?? 'task'), task, this)
    this.#runners.set(task, runner)
    this.#active++
    if (this.#state === 'running') runner.start()
  }

  /** @throws EnergywebError `task-invalid` when the app doesn't have the task */
  async remove(task: TaskLike): Promise<void> {
    const runner = this.#runners.get(task)
    if (runner === undefined) throw new EnergywebError('task-invalid', 'this app has no such task')
    this.#runners.delete(task)
    if (this.#state === 'waiting') {
      this.#active--
      return
    }
    runner.stop(new EnergywebError('aborted', `task "${runner.name}" was removed`))
    await this.#endings.get(runner)
  }

  /** @throws EnergywebError `app-empty` */
  start(): void {
    if (this.#active === 0) {
      throw new EnergywebError('app-empty', 'the app has no tasks', { hint: 'Add one in configure().' })
    }
    this.#state = 'running'
    this.#epoch = Math.ceil(this.clock.monotonic())
    for (const runner of [...this.#runners.values()]) runner.start()
  }

  /** Resolves when every task has ended by itself and finished. */
  allEnded(): Promise<void> {
    return this.#allEnded.promise
  }

  taskDone(runner: TaskRunner): void {
    if (this.#state === 'stopping') return
    const ending = this.#end(runner).finally(() => {
      this.#endings.delete(runner)
      this.#active--
      if (this.#active === 0) this.#allEnded.resolve()
    })
    this.#endings.set(runner, ending)
  }

  /**
   * Ends every task: aborts all, waits for all, then calls each `finish`, the last added first, and waits for all of
   * them, whatever any of them throws. Resolves with all that went wrong in the ending of tasks, now and before.
   */
  async stop(reason: unknown): Promise<readonly unknown[]> {
    const started = this.#state === 'running'
    this.#state = 'stopping'
    const ending = [...this.#endings.values()]
    const runners = started ? [...this.#runners.values()].filter(runner => !runner.ended).reverse() : []
    for (const runner of runners) runner.stop(reason)
    this.wheel.stop()
    await this.#within(grace => Promise.all(runners.map(runner => this.#awaitRun(runner, grace))))
    await this.#within(grace => Promise.all(runners.map(runner => this.#finish(runner, grace))))
    await Promise.all(ending)
    await this.#within(grace => this.#endWorkers(grace))
    return this.#errors
  }

  statistics(): readonly TaskStatistics[] {
    return [...this.#runners.values()].map(runner => runner.statistics())
  }

  async #endWorkers(grace: Grace): Promise<void> {
    try {
      await grace.wait(this.workers.end(), 'the threads of the app')
    } catch (error) {
      this.#errors.push(error)
    }
  }

  async #end(runner: TaskRunner): Promise<void> {
    await this.#within(grace => this.#awaitRun(runner, grace))
    await this.#within(grace => this.#finish(runner, grace))
  }

  async #within(work: (grace: Grace) => Promise<unknown>): Promise<void> {
    const grace = new Grace(this.#context.grace, this.#context)
    try {
      await work(grace)
    } finally {
      grace.end()
    }
  }

  async #awaitRun(runner: TaskRunner, grace: Grace): Promise<void> {
    await this.#try(runner, 'run', () => grace.wait(runner.idle(), `the last run of task "${runner.name}"`))
    await this.#awaitTold(runner, grace)
  }

  async #finish(runner: TaskRunner, grace: Grace): Promise<void> {
    await this.#try(runner, 'finish', () => grace.wait(runner.finish(), `finish() of task "${runner.name}"`))
    await this.#awaitTold(runner, grace)
  }

  async #awaitTold(runner: TaskRunner, grace: Grace): Promise<void> {
    const waiting = () => grace.wait(runner.told(), `handleError() of task "${runner.name}"`)
    await this.#try(runner, 'handleError', waiting)
  }

  async #try(runner: TaskRunner, during: FailedStep, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#errors.push(error)
      runner.tellOfEnding(during, error)
    }
  }

  /** The name itself the first time; then `name-2`, `name-3` and so on. */
  #distinct(name: string): string {
    const count = (this.#names.get(name) ?? 0) + 1
    this.#names.set(name, count)
    return count === 1 ? name : this.#distinct(`${name}-${count}`)
  }
}
