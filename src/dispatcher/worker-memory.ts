import type { Worker } from 'node:worker_threads'

/** Time between two looks, in milliseconds: a loop that hoards as fast as it can takes some ten megabytes meanwhile. */
const lookEvery = 20
/** How long the heap may stand above its limit: what is garbage goes at the next collection. */
const longestAbove = 1_000
const megabyte = 2 ** 20

/**
 * Keeps threads within their memory. V8 has a limit of its own, but a thread that runs into it at the wrong moment takes the
 * whole process down ("Reached heap limit", an abort): so threads are looked at from outside and ended before, and V8's limit
 * stands well above ours.
 */
export class MemoryWatch {
  readonly #limit: number
  readonly #threads: () => readonly Worker[]
  readonly #above = new WeakMap<Worker, number>()
  readonly #ended = new Set<number>()
  #timer: NodeJS.Timeout | undefined = undefined

  /** @param megabytes - what the heap of one thread may hold, garbage included */
  constructor(megabytes: number, threads: () => readonly Worker[]) {
    this.#limit = megabytes * megabyte
    this.#threads = threads
  }

  /** V8's own limit for these threads, in MB. */
  static lastLimit(megabytes: number): number {
    return megabytes * 2 + 256
  }

  /** Looks from now on. */
  start(): void {
    this.#timer ??= setInterval(() => this.#look(), lookEvery).unref()
  }

  /** Looks no more until started again: threads without a run hold nothing new. */
  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  /** True when this thread was ended for what it held; asked once. */
  hasEnded(thread: number | undefined): boolean {
    return thread !== undefined && this.#ended.delete(thread)
  }

  #look(): void {
    for (const worker of this.#threads()) {
      const { threadId } = worker
      // It rejects where the thread has ended meanwhile.
      worker.getHeapStatistics().then(
        ({ used_heap_size: used }) => {
          if (this.#isTooMuch(worker, used)) {
            this.#ended.add(threadId)
            void worker.terminate()
          }
        },
        () => undefined,
      )
    }
  }

  #isTooMuch(worker: Worker, used: number): boolean {
    if (used <= this.#limit) {
      this.#above.delete(worker)
      return false
    }
    const now = performance.now()
    const since = this.#above.get(worker) ?? now
    this.#above.set(worker, since)
    return now - since >= longestAbove || used > this.#limit * 1.5
  }
}
