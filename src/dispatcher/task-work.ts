import type { Attempt } from './attempt.ts'
import { isPromiseLike } from './promise-like.ts'
import type { TaskLike } from './task.ts'
import type { WorkerPool } from './worker-pool.ts'

/** What a run answers that didn't take place. */
export const gated = Symbol('gated')

interface WorkListener {
  /** The gate is open; the work begins. */
  onOpen(attempt: Attempt): void
  /** A thread has taken the work. */
  onThread(attempt: Attempt): void
}

/** The code of one task: its gate, then its coroutine, here or in a thread. */
export class TaskWork {
  readonly #name: string
  readonly #task: TaskLike
  readonly #workers: WorkerPool
  readonly #listener: WorkListener

  constructor(name: string, task: TaskLike, workers: WorkerPool, listener: WorkListener) {
    this.#name = name
    this.#task = task
    this.#workers = workers
    this.#listener = listener
  }

  /** Answers at once, without a promise, where the task's code does. */
  run(attempt: Attempt): unknown {
    const open = this.#task.triggerEvent?.(attempt) ?? true
    if (!isPromiseLike(open)) return this.#runIf(open, attempt)
    return open.then(answer => this.#runIf(answer, attempt))
  }

  #runIf(open: unknown, attempt: Attempt): unknown {
    if (open === false || attempt.aborted) return gated
    this.#listener.onOpen(attempt)
    const { worker } = this.#task
    return worker === undefined ? this.#task.coroutine(attempt) : this.#runIn(worker, attempt)
  }

  async #runIn(module: URL, attempt: Attempt): Promise<void> {
    const task = this.#task
    const result = await this.#workers.run({
      name: this.#name,
      module,
      parameters: task.parameters,
      wantsResult: task.handleResult !== undefined,
      attempt,
      onStarted: () => this.#listener.onThread(attempt),
    })
    await task.handleResult?.(result, attempt)
  }
}
