import { parseDuration } from '../core/duration.ts'
import type { EnergywebError } from '../core/errors.ts'
import { Attempt, type AttemptContext, type AttemptKind } from './attempt.ts'
import { backOffMilliseconds } from './back-off.ts'
import { Backlog } from './backlog.ts'
import { Deadline } from './deadline.ts'
import type { FailedStep } from './events.ts'
import { FailureTeller } from './failure-teller.ts'
import { isPromiseLike } from './promise-like.ts'
import { openSchedule, runsAtOnce, type Schedule } from './schedule.ts'
import type { TaskState, TaskStatistics } from './statistics.ts'
import type { TaskLike } from './task.ts'
import type { TaskHost } from './task-host.ts'
import { TaskLogger } from './task-logger.ts'
import { TaskRecord } from './task-record.ts'
import { gated, TaskWork } from './task-work.ts'
import { CallbackTimer } from './timer-wheel.ts'
import type { Tick } from './trigger.ts'

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
  readonly #teller: FailureTeller
  readonly #work: TaskWork
  readonly #backlog: Backlog | undefined
  readonly #tries: number
  readonly #deadline: Deadline | undefined
  readonly #retryTimer = new CallbackTimer(() => this.#retry())
  #state: TaskState = 'preparing'
  #prepared = false
  #attempt: Attempt | undefined = undefined
  #schedule: Schedule | undefined = undefined
  #slot = -1
  #tick: Tick<unknown>
  #tried = 0
  #handled = true
  #waitingForIdle: (() => void)[] = []

  /** @throws EnergywebError `duration-invalid`, `task-invalid` */
  constructor(name: string, task: TaskLike, host: TaskHost) {
    this.name = name
    this.task = task
    this.#host = host
    this.#context = { clock: host.clock, log: new TaskLogger(host.log, name) }
    this.#record = new TaskRecord(name, event => host.report(event))
    this.#teller = new FailureTeller(task, this.#record, this.#context)
    this.#work = new TaskWork(name, task, host.workers, {
      onOpen: ({ tick }) => this.#record.started(tick.at, tick.lateness),
      onThread: attempt => this.#deadline?.watch(attempt),
    })
    this.#backlog = task.overlap === 'queue' ? new Backlog(task.maxPending ?? 10) : undefined
    this.#tries = task.tries ?? Number.POSITIVE_INFINITY
    this.#tick = this.#tickNow(0, 0)
    this.#deadline = this.#deadlineOf(task.deadline)
  }

  start(): void {
    if (!this.ended) this.#perform('prepare')
  }

  /** No tick, retry or run begins after this; the one that is going on is aborted. */
  stop(reason: unknown): void {
    if (this.#state === 'ended') return
    this.#state = 'ended'
    this.#schedule?.stop()
    this.#host.wheel.cancel(this.#retryTimer)
    this.#deadline?.end()
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
    await this.task.finish?.(new Attempt('finish', this.#tickNow(0, 0), this.#context))
  }

  /** Tells of a failure in the task's ending. */
  tellOfEnding(during: FailedStep, error: unknown): void {
    this.#teller.tell(during, error, undefined)
  }

  /** Resolves when no `handleError` is going on. */
  told(): Promise<void> {
    return this.#teller.told()
  }

  /** True when no run is to come. */
  get ended(): boolean {
    return this.#state === 'ended'
  }

  statistics(): TaskStatistics {
    return this.#record.snapshot(this.#state)
  }

  /** One slot of a schedule; `missed` slots before it had no chance to run. */
  onSlot(lateness: number, missed: number): void {
    this.#slot += missed + 1
    if (missed > 0) this.#record.skipped('late', missed)
    const number = this.#slot
    if (this.#state === 'waiting') this.#begin(this.#tickNow(number, lateness))
    else if (this.#state === 'running' || this.#state === 'backing-off') this.#hold(number, lateness)
  }

  /** One tick of another trigger; resolves when it needs no further run: true when one succeeded, or the task gave up. */
  async onTick(tick: Tick<unknown>): Promise<boolean> {
    this.#begin(tick)
    await this.idle()
    return this.#handled
  }

  /** The trigger failed; resolves when it may be opened again. */
  onTriggerError(error: unknown): Promise<void> {
    this.#fail('trigger', error)
    return this.idle()
  }

  #tickNow(number: number, lateness: number): Tick<unknown> {
    return { number, at: this.#host.clock.now(), lateness }
  }

  #hold(number: number, lateness: number): void {
    const due = this.#host.clock.monotonic() - lateness
    if (this.#backlog?.hold({ number, due })) return
    this.#record.skipped(this.#state === 'running' ? 'overlap' : 'back-off', 1)
  }

  /** Runs the slot that has waited longest, if any. */
  #nextHeld(): void {
    const held = this.#backlog?.next()
    if (held === undefined) return
    this.#begin(this.#tickNow(held.number, this.#host.clock.monotonic() - held.due))
  }

  #begin(tick: Tick<unknown>): void {
    this.#tick = tick
    this.#tried = 0
    this.#handled = false
    this.#perform('run')
  }

  #perform(kind: AttemptKind): void {
    const attempt = new Attempt(kind, this.#tick, this.#context)
    this.#attempt = attempt
    this.#state = kind === 'prepare' ? 'preparing' : 'running'
    this.#tried++
    let answer: unknown
    try {
      answer = kind === 'prepare' ? this.task.prepare?.(attempt) : this.#work.run(attempt)
    } catch (error) {
      this.#failed(attempt, error)
      return
    }
    if (!isPromiseLike(answer)) {
      this.#succeeded(attempt, answer)
      return
    }
    if (kind === 'prepare' || this.task.worker === undefined) this.#deadline?.watch(attempt)
    answer.then(
      value => this.#succeeded(attempt, value),
      error => this.#failed(attempt, error),
    )
  }

  #succeeded(attempt: Attempt, value: unknown): void {
    this.#settled()
    this.#handled = !attempt.overdue
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
    if (this.#state === 'waiting') this.#nextHeld()
  }

  #failed(attempt: Attempt, error: unknown): void {
    this.#settled()
    if (attempt.isEcho(error)) this.#backOff()
    else if (attempt.overdue) {
      this.#backOff()
      this.#teller.tell(attempt.kind, error, undefined)
    } else this.#fail(attempt.kind, error)
  }

  #fail(during: FailedStep, error: unknown): void {
    this.#record.failed(error, this.#host.clock.now())
    const wait = this.#backOff()
    this.#teller.tell(during, error, during === 'run' && !this.#triesAgain() ? undefined : wait)
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

  /** True when the tick of the last run is to be run again; where it isn't, the back-off still passes before the next one. */
  #triesAgain(): boolean {
    const owed = this.#schedule?.retries === true || this.#tick.settle !== undefined
    return owed && this.#tried < this.#tries
  }

  #retry(): void {
    if (!this.#prepared) this.#perform('prepare')
    else if (!this.#handled && this.#triesAgain()) {
      this.#tick = { ...this.#tick, at: this.#host.clock.now(), lateness: 0 }
      this.#perform('run')
    } else {
      this.#handled = true
      this.#state = 'waiting'
      this.#nowIdle()
      this.#nextHeld()
    }
  }

  #deadlineOf(duration: TaskLike['deadline']): Deadline | undefined {
    if (duration === undefined) return undefined
    return new Deadline({ name: this.name, milliseconds: parseDuration(duration) }, this.#host, {
      onOverdue: (attempt, error) => this.#overdue(attempt, error),
      onUnresponsive: milliseconds => this.#record.unresponsive(milliseconds),
    })
  }

  #overdue(attempt: Attempt, error: EnergywebError): void {
    this.#record.failed(error, this.#host.clock.now())
    attempt.abort(error)
    this.#teller.tell(attempt.kind, error, undefined)
  }

  #settled(): void {
    this.#attempt = undefined
    this.#deadline?.end()
  }

  #nowIdle(): void {
    if (this.#waitingForIdle.length === 0) return
    const waiting = this.#waitingForIdle
    this.#waitingForIdle = []
    for (const resolve of waiting) resolve()
  }
}
