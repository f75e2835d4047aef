import type { Clock } from '../core/clock.ts'
import type { Logger } from '../core/logger.ts'
import type { AppEvent } from './events.ts'
import type { TaskRunner } from './task-runner.ts'
import type { TimerWheel } from './timer-wheel.ts'
import type { WorkerPool } from './worker-pool.ts'

/** What the runners of an app share. */
export interface TaskHost {
  readonly clock: Clock
  readonly log: Logger
  readonly random: () => number
  readonly wheel: TimerWheel
  readonly workers: WorkerPool
  /** Whole milliseconds of monotonic time, from which aligned slots count. */
  readonly epoch: number
  report(event: AppEvent): void
  /** Called once, when no run of the task is to come; one may still be going on, and `finish` has not run yet. */
  taskDone(runner: TaskRunner): void
}
