import { isCronTrigger } from './cron.ts'
import { IntervalSchedule } from './interval-schedule.ts'
import { PullSchedule } from './pull-schedule.ts'
import type { TaskHost } from './task-host.ts'
import type { TaskRunner } from './task-runner.ts'
import { firstSlotAfter, type IntervalTrigger, isIntervalTrigger } from './trigger.ts'
import { WallClockSchedule } from './wall-clock-schedule.ts'

/** Brings a runner its ticks until stopped. */
export interface Schedule {
  /** True where a failed run is tried again after its back-off; false where the next tick comes, unless a tick is owed. */
  readonly retries: boolean
  stop(): void
}

/** A schedule that brings nothing: for a task that runs once, at once. */
const once: Schedule = { retries: true, stop: () => undefined }

/** Opens the schedule that the runner's task asks for. The eager run is not part of it. */
export function openSchedule(runner: TaskRunner, host: TaskHost): Schedule {
  const { trigger } = runner.task
  if (trigger === undefined) return once
  if (isCronTrigger(trigger)) return new WallClockSchedule(host, trigger, runner)
  if (!isIntervalTrigger(trigger)) return new PullSchedule(runner, trigger, host.clock)
  return new IntervalSchedule(
    host,
    { first: firstSlot(runner, trigger, host), interval: trigger.interval },
    runner,
  )
}

/** True when the task runs at once, before any tick. */
export function runsAtOnce(runner: TaskRunner): boolean {
  const { trigger, isEager } = runner.task
  return trigger === undefined || (isIntervalTrigger(trigger) && isEager !== false)
}

/**
 * Spread slots stand on whole multiples of this many milliseconds. Waking a sleeping process costs about as much as
 * twenty small runs, so that 10,000 tasks of one second are cheaper in 25 batches than in 1,000.
 */
const grid = 40

function firstSlot(runner: TaskRunner, trigger: IntervalTrigger, host: TaskHost): number {
  const { interval, aligned } = trigger
  const start = Math.ceil(host.clock.monotonic())
  if (aligned) return host.epoch + (Math.floor((start - host.epoch) / interval) + 1) * interval
  const slot = start + firstSlotAfter(runner.name, interval, runsAtOnce(runner))
  const onGrid = Math.floor(slot / grid) * grid
  return interval >= 10 * grid && onGrid > start ? onGrid : slot
}
