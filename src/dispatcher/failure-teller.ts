import type { AttemptContext } from './attempt.ts'
import type { FailedStep } from './events.ts'
import type { TaskLike } from './task.ts'
import type { TaskRecord } from './task-record.ts'

/** Tells the app of a task's failures, then the task itself, and knows whether the task is still busy with that. */
export class FailureTeller {
  readonly #task: TaskLike
  readonly #record: TaskRecord
  readonly #context: AttemptContext
  #busy = 0
  #waiting: (() => void)[] = []

  constructor(task: TaskLike, record: TaskRecord, context: AttemptContext) {
    this.#task = task
    this.#record = record
    this.#context = context
  }

  tell(during: FailedStep, error: unknown, retryInMilliseconds: number | undefined): void {
    this.#record.tell(during, error, retryInMilliseconds)
    if (this.#task.handleError === undefined) return
    this.#busy++
    // Nothing can escape: #hand answers for whatever the task's code throws.
    void this.#hand(during, error, retryInMilliseconds)
  }

  /** Resolves when no `handleError` is going on. */
  told(): Promise<void> {
    return this.#busy === 0 ? Promise.resolve() : new Promise(resolve => this.#waiting.push(resolve))
  }

  async #hand(during: FailedStep, error: unknown, retryInMilliseconds: number | undefined): Promise<void> {
    const { consecutiveFailures } = this.#record
    const { signal } = new AbortController()
    const context = { ...this.#context, signal, during, consecutiveFailures, retryInMilliseconds }
    try {
      await this.#task.handleError?.(error, context)
    } catch (second) {
      this.#record.tell('handleError', second, undefined)
    } finally {
      this.#busy--
      if (this.#busy === 0) for (const resolve of this.#waiting.splice(0)) resolve()
    }
  }
}
