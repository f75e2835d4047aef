import type { Clock } from '../core/clock.ts'
import type { Trigger } from '../dispatcher/index.ts'

/** Lets one waiter sleep until a time has passed or somebody wakes it; being woken while awake counts too. */
export class Wake {
  #woken = false
  #waiting: (() => void) | undefined = undefined

  wake(): void {
    this.#woken = true
    this.#waiting?.()
  }

  /** Resolves after so many milliseconds, when woken, or when the signal aborts. */
  wait(milliseconds: number, { clock, signal }: { clock: Clock; signal: AbortSignal }): Promise<void> {
    return new Promise(resolve => {
      const done = () => {
        cancel()
        signal.removeEventListener('abort', done)
        this.#waiting = undefined
        this.#woken = false
        resolve()
      }
      const cancel = clock.after(milliseconds, done)
      this.#waiting = done
      signal.addEventListener('abort', done, { once: true })
      if (this.#woken || signal.aborted) done()
    })
  }
}

export interface TurnsOptions {
  /** The longest time between two turns, in milliseconds. */
  readonly every: number
  /** The shortest, so that a burst of wakes makes one turn. */
  readonly pause: number
}

/** Turns at once, then whenever woken, and after `every` milliseconds at the latest. */
export function turns(wake: Wake, { every, pause }: TurnsOptions): Trigger {
  return async function* ({ clock, signal }) {
    for (let number = 0; !signal.aborted; number++) {
      yield { number, at: clock.now(), lateness: 0 }
      await new Wake().wait(pause, { clock, signal })
      await wake.wait(Math.max(1, every - pause), { clock, signal })
    }
  }
}

/** One turn each time it is woken. */
export function whenWoken(wake: Wake): Trigger {
  return async function* ({ clock, signal }) {
    for (let number = 0; !signal.aborted; number++) {
      await wake.wait(Number.MAX_SAFE_INTEGER, { clock, signal })
      if (!signal.aborted) yield { number, at: clock.now(), lateness: 0 }
    }
  }
}
