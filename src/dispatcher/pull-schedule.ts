import type { Clock } from '../core/clock.ts'
import { EnergywebError } from '../core/errors.ts'
import { isAbortEcho } from './attempt.ts'
import type { TaskRunner } from './task-runner.ts'
import type { Trigger } from './trigger.ts'

/** Iterates a trigger: one tick, one run, then the next tick. A trigger that throws is opened again after a back-off. */
export class PullSchedule {
  readonly retries = false
  readonly #runner: TaskRunner
  readonly #trigger: Trigger<unknown>
  readonly #clock: Clock
  readonly #controller = new AbortController()

  constructor(runner: TaskRunner, trigger: Trigger<unknown>, clock: Clock) {
    this.#runner = runner
    this.#trigger = trigger
    this.#clock = clock
    // Nothing can escape: #iterate answers for whatever the trigger throws.
    void this.#pull()
  }

  stop(): void {
    this.#controller.abort(new EnergywebError('aborted', `task "${this.#runner.name}" ended`))
  }

  async #pull(): Promise<void> {
    const { signal } = this.#controller
    while (!signal.aborted) {
      if (await this.#iterate(signal)) this.#runner.stop(undefined)
    }
  }

  /** True when the iteration came to its end. */
  async #iterate(signal: AbortSignal): Promise<boolean> {
    try {
      for await (const tick of this.#trigger({ name: this.#runner.name, clock: this.#clock, signal })) {
        const handled = !signal.aborted && (await this.#runner.onTick(tick))
        await tick.settle?.(handled)
        if (signal.aborted) return false
      }
      return true
    } catch (error) {
      if (signal.aborted && isAbortEcho(error, signal.reason)) return false
      await this.#runner.onTriggerError(error)
      return false
    }
  }
}
