import { setTimeout as pause } from 'node:timers/promises'
import type { Worker } from 'node:worker_threads'

/** How often a busy thread's memory is looked at, in milliseconds. */
const look = 50
/** How long a thread may hold more than its limit, in milliseconds: a part of it may be garbage that is about to go. */
const patience = 1_000
/** So many times its limit is too much at any moment. */
const tooMuch = 2

/**
 * Watches from outside what a thread holds, heap and buffers. V8's own limit is no guard: where a thread reaches that one
 * between two checks of V8, the whole process is aborted ("Reached heap limit"), and it leaves out buffers.
 */
export class MemoryWatch {
  readonly #worker: Worker
  readonly #limit: number
  readonly #onExceeded: (megabytes: number) => void
  readonly #ending = new AbortController()
  #aboveSince: number | undefined = undefined

  /** @param limit - in MB. @param onExceeded - called once. */
  constructor(worker: Worker, limit: number, onExceeded: (megabytes: number) => void) {
    this.#worker = worker
    this.#limit = limit
    this.#onExceeded = onExceeded
    // Nothing can escape: #watch answers for what it meets.
    void this.#watch()
  }

  end(): void {
    this.#ending.abort()
  }

  async #watch(): Promise<void> {
    const { signal } = this.#ending
    try {
      while (!signal.aborted) {
        const { used_heap_size: heap, external_memory: buffers } = await this.#worker.getHeapStatistics()
        const megabytes = (heap + buffers) / 2 ** 20
        if (this.#exceeds(megabytes) && !signal.aborted) {
          this.#onExceeded(megabytes)
          return
        }
        await pause(look, undefined, { signal, ref: false })
      }
    } catch {
      // The watch was ended, or the thread is gone, which its run hears by itself.
    }
  }

  #exceeds(megabytes: number): boolean {
    if (megabytes <= this.#limit) {
      this.#aboveSince = undefined
      return false
    }
    this.#aboveSince ??= performance.now()
    return megabytes > tooMuch * this.#limit || performance.now() - this.#aboveSince > patience
  }
}
