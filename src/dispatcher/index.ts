/**
 * The dispatcher: apps and the tasks they run. A trigger says when; one timer wheel an app keeps the time of all its
 * tasks; a runner for each task calls its code, one run at a time, with deadline, overlap count and back-off, so that
 * no task can harm another. Knows nothing of meters or chains. May import core, and nothing else.
 */
export { LifeCycle } from '../core/life-cycle.ts'
export { App, type AppOptions, type RunOptions } from './app.ts'
export { backOffMilliseconds } from './back-off.ts'
export { type CronOptions, type CronTrigger, cron } from './cron.ts'
export type { AppEvent, AppObserver, FailedStep } from './events.ts'
export { type FunctionalTaskOptions, task, type WorkerTaskOptions } from './functional-task.ts'
export type { ItemSource, Taken } from './item-source.ts'
export { type ItemTrigger, on } from './on.ts'
export { Queue, type QueueOptions, type QueueStatistics } from './queue.ts'
export type { SkipReason, TaskState, TaskStatistics } from './statistics.ts'
export {
  type FailureContext,
  type Overlap,
  requireTask,
  Task,
  type TaskContext,
  type TaskLike,
  type TaskOptions,
  type TaskRun,
  type TaskSettings,
} from './task.ts'
export {
  type EveryOptions,
  every,
  type IntervalTrigger,
  type Tick,
  type Trigger,
  type TriggerContext,
} from './trigger.ts'
export type { WorkerOptions } from './worker-pool.ts'
export type { WorkerRun } from './worker-run.ts'
