import { EnergywebError } from '../core/errors.ts'
import type { Attempt } from './attempt.ts'
import type { TaskHost } from './task-host.ts'
import { CallbackTimer } from './timer-wheel.ts'

/** How long after its abort a run is called unresponsive, in milliseconds. */
const patience = 1_000

const hint = 'Pass its signal to whatever it waits for, or give it a longer deadline.'

interface DeadlineListener {
  /** The deadline has passed; the attempt is aborted right after. */
  onOverdue(attempt: Attempt, error: EnergywebError): void
  /** So many milliseconds after its abort the attempt still goes on. */
  onUnresponsive(milliseconds: number): void
}

/** Watches one attempt at a time of one task: aborts it at its deadline, and tells when it doesn't heed that. */
export class Deadline {
  readonly #name: string
  readonly #milliseconds: number
  readonly #host: TaskHost
  readonly #listener: DeadlineListener
  readonly #timer = new CallbackTimer(() => this.#due())
  #attempt: Attempt | undefined = undefined

  constructor(task: { name: string; milliseconds: number }, host: TaskHost, listener: DeadlineListener) {
    this.#name = task.name
    this.#milliseconds = task.milliseconds
    this.#host = host
    this.#listener = listener
  }

  /** Counts from now on. */
  watch(attempt: Attempt): void {
    if (attempt.aborted) return
    this.#attempt = attempt
    this.#wait(this.#milliseconds)
  }

  end(): void {
    this.#attempt = undefined
    this.#host.wheel.cancel(this.#timer)
  }

  #wait(milliseconds: number): void {
    this.#host.wheel.schedule(this.#timer, this.#host.clock.monotonic() + milliseconds)
  }

  #due(): void {
    const attempt = this.#attempt
    if (attempt === undefined) return
    if (attempt.overdue) {
      this.#listener.onUnresponsive(patience)
      return
    }
    attempt.overdue = true
    const late = `"${this.#name}" did not end within ${this.#milliseconds} ms`
    const error = new EnergywebError('task-deadline', late, { hint, retryable: true })
    this.#wait(patience)
    this.#listener.onOverdue(attempt, error)
  }
}
