import { messageOf } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import type { AttemptKind } from './attempt.ts'
import type { SkipReason } from './statistics.ts'

/** Where a task failed. */
export type FailedStep = AttemptKind | 'trigger' | 'handleError'

/** What an app tells its observer. */
export type AppEvent =
  /** An attempt failed; `retryInMilliseconds` is undefined when it isn't known yet (a run past its deadline) or there is none. */
  | {
      readonly type: 'task-failed'
      readonly task: string
      readonly during: FailedStep
      readonly error: unknown
      readonly consecutiveFailures: number
      readonly retryInMilliseconds: number | undefined
    }
  /** A good run after failures. */
  | { readonly type: 'task-recovered'; readonly task: string; readonly failures: number }
  /** Slots passed without a run; `total` counts this reason since the task began. */
  | {
      readonly type: 'task-skipped'
      readonly task: string
      readonly reason: SkipReason
      readonly count: number
      readonly total: number
    }
  /** A run was aborted some time ago and still hasn't ended. */
  | { readonly type: 'task-unresponsive'; readonly task: string; readonly sinceMilliseconds: number }
  | { readonly type: 'task-ended'; readonly task: string }
  /** Something failed that belongs to no task. */
  | { readonly type: 'app-failed'; readonly during: string; readonly error: unknown }

/** Is told of every event, at once and synchronously. What it throws is logged and goes no further. */
export type AppObserver = (event: AppEvent) => void

/** Passes events to the observer and writes those that a person should see to the log. */
export class Reporter {
  readonly #log: Logger
  readonly #observer: AppObserver | undefined

  constructor(log: Logger, observer: AppObserver | undefined) {
    this.#log = log
    this.#observer = observer
  }

  report(event: AppEvent): void {
    writeEvent(this.#log, event)
    try {
      this.#observer?.(event)
    } catch (error) {
      this.#log.error({ error }, `the observer of the app failed: ${messageOf(error)}`)
    }
  }
}

function writeEvent(log: Logger, event: AppEvent): void {
  switch (event.type) {
    case 'task-failed': {
      const { task, during, error, consecutiveFailures, retryInMilliseconds } = event
      const next =
        retryInMilliseconds === undefined ? '' : `; next try in ${pauseInWords(retryInMilliseconds)}`
      const fields = { task, during, error, consecutiveFailures, retryInMilliseconds }
      log.error(fields, `task "${task}" failed in ${during}: ${messageOf(error)}${next}`)
      return
    }
    case 'task-recovered':
      log.info(event, `task "${event.task}" works again after ${event.failures} failures`)
      return
    case 'task-skipped':
      writeSkip(log, event)
      return
    case 'task-unresponsive':
      log.error(
        event,
        `task "${event.task}" still runs ${event.sinceMilliseconds} ms after it was aborted; it waits for something without its signal`,
      )
      return
    case 'task-ended':
      log.debug(event, `task "${event.task}" ended`)
      return
    case 'app-failed':
      log.error({ error: event.error }, `${event.during} failed: ${messageOf(event.error)}`)
  }
}

function pauseInWords(milliseconds: number): string {
  if (milliseconds < 1_000) return `${milliseconds} ms`
  return milliseconds < 120_000
    ? `${Math.round(milliseconds / 1_000)} s`
    : `${Math.round(milliseconds / 60_000)} min`
}

// A gate and a back-off skip on purpose. Of the others the 1st, 2nd, 4th, 8th … is worth a line, or a stuck task of one
// second would fill the log.
function writeSkip(log: Logger, event: AppEvent & { type: 'task-skipped' }): void {
  if (event.reason === 'gate' || event.reason === 'back-off') return
  const before = event.total - event.count
  if (before > 0 && Math.floor(Math.log2(before)) === Math.floor(Math.log2(event.total))) return
  const why =
    event.reason === 'overlap' ? 'the run before still goes on' : 'the process could not run in time'
  log.warn(event, `task "${event.task}" skipped ${event.count} of its slots (${event.total} so far): ${why}`)
}
