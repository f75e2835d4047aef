import { parseDuration } from '../core/duration.ts'
import { EnergywebError } from '../core/errors.ts'
import { Attempt, type AttemptContext, type AttemptKind } from './attempt.ts'
import { backOffMilliseconds } from './back-off.ts'
import type { FailedStep } from './events.ts'
import { isPromiseLike } from './promise-like.ts'
import { openSchedule, runsAtOnce, type Schedule } from './schedule.ts'
import type { TaskState, TaskStatistics } from './statistics.ts'
import type { TaskLike } from './task.ts'
import type { TaskHost } from './task-host.ts'
import { TaskLogger } from './task-logger.ts'
import { TaskRecord } from './task-record.ts'
import { CallbackTimer } from './timer-wheel.ts'
import type { Tick } from './trigger.ts'

/** How long after its abort a run is called unresponsive, in milliseconds. */
const patience = 1_000

const deadlineHint = 'Pass its signal to whatever it waits for, or give it a longer deadline.'

/** What a run answers that didn't take place. */
const gated = Symbol('gated')

/**
 * Runs one task for the whole of its life: prepares it, runs it at its ticks, one run at a time, and tries again after a
 * back-off. Nothing that the task's code throws gets past this object, and nothing is lost either: it is recorded.
 */
export class TaskRunner {
  readonly name: string
  readonly task: TaskLike
  readonly #host: TaskHost
  readonly #context: AttemptContext
  readonly #record: TaskRecord
  readonly #deadline: number | undefined
  readonly #deadlineTimer = new CallbackTimer(() => this.#pastDeadline())
  readonly #retryTimer = new CallbackTimer(() => this.#retry())
  #state: TaskState = 'preparing'
  #prepared = false
  #attempt: Attempt | undefined = undefined
  #schedule: Schedule | undefined = undefined
  #slot = -1
  #waitingForIdle: (() => void)[] = []

  /** @throws EnergywebError `duration-invalid` */
  constructor(name: string, task: TaskLike, host: TaskHost) {
    this.name = name
    this.task = task
    this.#host = host
    this.#context = { clock: host.clock, log: new TaskLogger(host.log, name) }
    this.#record = new TaskRecord(name, event => host.report(event))
    this.#deadline = task.deadline === undefined ? undefined : parseDuration(task.deadline)
  }

  start(): void {
    if (!this.ended) this.#perform('prepare', this.#tick(0))
  }

  /** No tick, retry or run begins after this; the one that is going on is aborted. */
  stop(reason: unknown): void {
    if (this.#state === 'ended') return
    this.#state = 'ended'
    this.#schedule?.stop()
    this.#host.wheel.cancel(this.#retryTimer)
    this.#host.wheel.cancel(this.#deadlineTimer)
    this.#attempt?.abort(reason)
    if (this.#attempt === undefined) this.#nowIdle()
    this.#record.ended()
    this.#host.taskDone(this)
  }

  /** Resolves when no run is going on and no back-off lasts. */
  idle(): Promise<void> {
    const busy = this.#attempt !== undefined || this.#state === 'backing-off'
    return busy ? new Promise(resolve => this.#waitingForIdle.push(resolve)) : Promise.resolve()
  }

  /** Runs the task's `finish`; rejects with what that throws. For the supervisor, which calls it once, after `stop`. */
  async finish(): Promise<void> {
    await this.task.finish?.(new Attempt('finish', this.#tick(0), this.#context))
  }

  /** True when no run is to come. */
  get ended(): boolean {
    return this.#state === 'ended'
  }

  statistics(): TaskStatistics {
    return this.#record.snapshot(this.#state)
  }

  /** One slot of an interval; `missed` slots before it had no chance to run. */
  onSlot(lateness: number, missed: number): void {
    this.#slot += missed + 1
    if (missed > 0) this.#record.skipped('late', missed)
    if (this.#attempt !== undefined) this.#record.skipped('overlap', 1)
    else if (this.#state === 'backing-off') this.#record.skipped('back-off', 1)
    else if (this.#state === 'waiting') this.#perform('run', this.#tick(lateness))
  }

  /** One tick of another trigger; resolves when its run has ended and the back-off, if it failed, is over. */
  onTick(tick: Tick): Promise<void> {
    this.#perform('run', tick)
    return this.idle()
  }

  /** The trigger failed; resolves when it may be opened again. */
  onTriggerError(error: unknown): Promise<void> {
    this.#fail('trigger', error)
    return this.idle()
  }

  #tick(lateness: number): Tick {
    return { number: Math.max(0, this.#slot), at: this.#host.clock.now(), lateness }
  }

  #perform(kind: AttemptKind, tick: Tick): void {
    const attempt = new Attempt(kind, tick, this.#context)
    this.#attempt = attempt
    this.#state = kind === 'prepare' ? 'preparing' : 'running'
    let answer: unknown
    try {
      answer = kind === 'prepare' ? this.task.prepare?.(attempt) : this.#run(attempt)
    } catch (error) {
      this.#failed(attempt, error)
      return
    }
    if (!isPromiseLike(answer)) {
      this.#succeeded(attempt, answer)
      return
    }
    if (this.#deadline !== undefined && !attempt.aborted) this.#watch(this.#deadline)
    answer.then(
      value => this.#succeeded(attempt, value),
      error => this.#failed(attempt, error),
    )
  }

  #run(attempt: Attempt): unknown {
    const open = this.task.triggerEvent?.(attempt) ?? true
    if (!isPromiseLike(open)) return this.#runIf(open, attempt)
    return open.then(answer => this.#runIf(answer, attempt))
  }

  #runIf(open: unknown, attempt: Attempt): unknown {
    if (open === false || attempt.aborted) return gated
    this.#record.started(attempt.tick.at, attempt.tick.lateness)
    return this.task.coroutine(attempt)
  }

  #succeeded(attempt: Attempt, value: unknown): void {
    this.#settled()
    if (this.#state === 'ended') this.#nowIdle()
    else if (attempt.overdue) this.#backOff()
    else if (attempt.kind === 'prepare') this.#nowPrepared()
    else this.#ran(value === gated)
  }

  #nowPrepared(): void {
    this.#prepared = true
    this.#state = 'waiting'
    this.#record.recovered()
    if (!this.ended) this.#schedule = openSchedule(this, this.#host)
    if (runsAtOnce(this)) this.onSlot(0, 0)
  }

  #ran(wasGated: boolean): void {
    this.#state = 'waiting'
    if (wasGated) this.#record.skipped('gate', 1)
    else this.#record.succeeded(this.#host.clock.now())
    const last = wasGated ? this.task.trigger === undefined : this.task.runForever === false
    if (last) this.stop(undefined)
    this.#nowIdle()
  }

  #failed(attempt: Attempt, error: unknown): void {
    this.#settled()
    if (attempt.isEcho(error)) this.#backOff()
    else if (attempt.overdue) {
      this.#backOff()
      this.#tell(attempt.kind, error, undefined)
    } else this.#fail(attempt.kind, error)
  }

  #fail(during: FailedStep, error: unknown): void {
    this.#record.failed(error, this.#host.clock.now())
    this.#tell(during, error, this.#backOff())
  }

  /** The answer is the wait in milliseconds; undefined when there is nothing to wait for. */
  #backOff(): number | undefined {
    if (this.#state === 'ended') {
      this.#nowIdle()
      return undefined
    }
    const wait = backOffMilliseconds(this.#record.consecutiveFailures, this.#host.random())
    this.#state = 'backing-off'
    this.#host.wheel.schedule(this.#retryTimer, this.#host.clock.monotonic() + wait)
    return wait
  }

  #retry(): void {
    if (!this.#prepared) this.#perform('prepare', this.#tick(0))
    else if (this.#schedule?.retries) this.#perform('run', this.#tick(0))
    else {
      this.#state = 'waiting'
      this.#nowIdle()
    }
  }

  #tell(during: FailedStep, error: unknown, retryInMilliseconds: number | undefined): void {
    this.#record.tell(during, error, retryInMilliseconds)
    const handled = Promise.try(() =>
      this.task.handleError?.(error, new Attempt('run', this.#tick(0), this.#context)),
    )
    handled.catch((second: unknown) => this.#record.tell('handleError', second, undefined))
  }

  #watch(milliseconds: number): void {
    this.#host.wheel.schedule(this.#deadlineTimer, this.#host.clock.monotonic() + milliseconds)
  }

  #pastDeadline(): void {
    const attempt = this.#attempt
    if (attempt === undefined) return
    if (attempt.overdue) {
      this.#record.unresponsive(patience)
      return
    }
    attempt.overdue = true
    const late = `"${this.name}" did not end within ${this.#deadline} ms`
    const error = new EnergywebError('task-deadline', late, { hint: deadlineHint, retryable: true })
    this.#record.failed(error, this.#host.clock.now())
    this.#watch(patience)
    attempt.abort(error)
    this.#tell(attempt.kind, error, undefined)
  }

  #settled(): void {
    this.#attempt = undefined
    if (this.#deadline !== undefined) this.#host.wheel.cancel(this.#deadlineTimer)
  }

  #nowIdle(): void {
    if (this.#waitingForIdle.length === 0) return
    const waiting = this.#waitingForIdle
    this.#waitingForIdle = []
    for (const resolve of waiting) resolve()
  }
}
