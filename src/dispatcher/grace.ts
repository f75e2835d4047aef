import type { Clock } from '../core/clock.ts'
import { EnergywebError } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'

/** A stretch of time, counted from its making, within which some work must end. */
export class Grace {
  readonly #milliseconds: number
  readonly #log: Logger
  readonly #over: Promise<'over'>
  readonly #cancel: () => void

  constructor(milliseconds: number, context: { clock: Clock; log: Logger }) {
    const { promise, resolve } = Promise.withResolvers<'over'>()
    this.#milliseconds = milliseconds
    this.#log = context.log
    this.#over = promise
    this.#cancel = context.clock.after(milliseconds, () => resolve('over'))
  }

  /**
   * Waits for the work, no longer than the grace lasts; work that fails afterwards is still logged.
   * @throws EnergywebError `task-deadline`, or whatever the work throws
   */
  async wait(work: Promise<unknown>, what: string): Promise<void> {
    if ((await Promise.race([work, this.#over])) !== 'over') return
    work.catch((error: unknown) => this.#log.error({ error }, `${what} failed after it was given up`))
    throw new EnergywebError('task-deadline', `${what} did not end within ${this.#milliseconds} ms`, {
      hint: 'Make it heed its signal, or give the app a longer grace.',
    })
  }

  /** Frees the timer. */
  end(): void {
    this.#cancel()
  }
}
