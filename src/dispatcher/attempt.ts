import type { Clock } from '../core/clock.ts'
import { isEnergywebError } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import type { TaskRun } from './task.ts'
import type { Tick } from './trigger.ts'

/** What every attempt of a task shares. */
export interface AttemptContext {
  readonly clock: Clock
  readonly log: Logger
}

export type AttemptKind = 'prepare' | 'run' | 'finish'

/** One call of a task's code. Its signal is made only when the code asks for it: most runs never do. */
export class Attempt implements TaskRun<unknown> {
  readonly kind: AttemptKind
  readonly tick: Tick<unknown>
  /** True from the moment the deadline passed; the failure is counted then. */
  overdue = false
  readonly #context: AttemptContext
  #controller: AbortController | undefined = undefined
  #aborted = false
  #reason: unknown = undefined

  constructor(kind: AttemptKind, tick: Tick<unknown>, context: AttemptContext) {
    this.kind = kind
    this.tick = tick
    this.#context = context
  }

  get item(): unknown {
    return this.tick.item
  }

  get clock(): Clock {
    return this.#context.clock
  }

  get log(): Logger {
    return this.#context.log
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#aborted) this.#controller.abort(this.#reason)
    }
    return this.#controller.signal
  }

  get aborted(): boolean {
    return this.#aborted
  }

  abort(reason: unknown): void {
    if (this.#aborted) return
    this.#aborted = true
    this.#reason = reason
    this.#controller?.abort(reason)
  }

  /** True when `error` is only the echo of this attempt's abort. */
  isEcho(error: unknown): boolean {
    return this.#aborted && isAbortEcho(error, this.#reason)
  }
}

/** True when `error` is the reason of an abort itself, or says no more than "aborted". */
export function isAbortEcho(error: unknown, reason: unknown): boolean {
  if (error === reason) return true
  if (!(error instanceof Error)) return false
  const wrapped = reason !== undefined && error.cause === reason
  return wrapped || error.name === 'AbortError' || isEnergywebError(error, 'aborted')
}
