import type { Clock } from '../../core/clock.ts'

/** What whoever waits for something to happen, or for time to pass, waits at. */
export class Bell {
  readonly #waiting = new Set<() => void>()

  /** Lets all go on who wait. */
  ring(): void {
    for (const go of [...this.#waiting]) go()
  }

  /** Waits for the bell, at most so long; rejects with the signal's reason when that aborts first. */
  wait(milliseconds: number, { clock, signal }: { clock: Clock; signal: AbortSignal }): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason)
        return
      }
      const end = () => {
        cancel()
        this.#waiting.delete(go)
        signal.removeEventListener('abort', abort)
      }
      const go = () => {
        end()
        resolve()
      }
      const abort = () => {
        end()
        reject(signal.reason)
      }
      const cancel = clock.after(milliseconds, go)
      this.#waiting.add(go)
      signal.addEventListener('abort', abort, { once: true })
    })
  }
}
