import { availableParallelism } from 'node:os'
import type { Piscina } from 'piscina'
import { type Duration, parseDuration } from '../core/duration.ts'
import { EnergywebError } from '../core/errors.ts'
import { WaitList } from './wait-list.ts'
import { WorkerCall, type WorkerRequest } from './worker-call.ts'
import { MemoryWatch } from './worker-memory.ts'

export interface WorkerOptions {
  /** How many threads there may be; more runs wait. Default: one less than the machine has cores, at least one. */
  readonly max?: number
  /** How long a thread without work is kept. Default 30 s. */
  readonly idle?: Duration
  /**
   * How much a thread may hold in its heap, in MB, garbage included; buffers outside of it don't count. One that holds more
   * for a second, or half as much again, is ended. Default: what Node allows.
   */
  readonly memory?: number
}

export interface WorkerPoolContext {
  /** How long after its abort a run may go on before its thread is ended, in milliseconds. */
  readonly grace: number
  /** Told of what happens in a thread while it has no run. */
  onError(error: unknown): void
}

/**
 * The threads of an app, shared by its tasks: started when first needed, at most so many, each with one run at a time. One
 * that crashes or hangs is ended and replaced by the next run; only its own run hears of it.
 */
export class WorkerPool {
  readonly #max: number
  readonly #idle: number
  readonly #memory: number | undefined
  readonly #context: WorkerPoolContext
  readonly #waiting = new WaitList<undefined, void>()
  #busy = 0
  #opening: Promise<Piscina> | undefined = undefined
  #watch: MemoryWatch | undefined = undefined

  /** @throws EnergywebError `argument-invalid`, `duration-invalid` */
  constructor(options: WorkerOptions, context: WorkerPoolContext) {
    this.#max = requireCount('max', options.max ?? Math.max(1, availableParallelism() - 1))
    this.#idle = parseDuration(options.idle ?? '30s')
    this.#memory = options.memory === undefined ? undefined : requireCount('memory', options.memory)
    this.#context = context
  }

  /**
   * Runs it when a thread is free, first come, first served.
   * @throws EnergywebError `worker-failed`, `task-invalid`; the reason of its abort; whatever the task's code throws
   */
  async run(request: WorkerRequest): Promise<unknown> {
    // Our own queue, not the pool's: there a run would wait for ever behind a thread that crashed.
    if (this.#busy >= this.#max) await this.#waiting.wait(undefined, request.attempt.signal)
    else this.#busy++
    try {
      const pool = await this.#open()
      this.#watch?.start()
      const outgrew = (thread: number | undefined) => this.#watch?.hasEnded(thread) ?? false
      return await WorkerCall.run(pool, request, { grace: this.#context.grace, outgrew })
    } finally {
      const next = this.#waiting.first()
      if (next === undefined) this.#busy--
      else next.answer()
      if (this.#busy === 0) this.#watch?.stop()
    }
  }

  /** Ends every thread. */
  async end(): Promise<void> {
    const opening = this.#opening
    this.#opening = undefined
    this.#watch?.stop()
    await (await opening)?.destroy()
  }

  #open(): Promise<Piscina> {
    this.#opening ??= this.#start()
    return this.#opening
  }

  // Loaded here: an app whose tasks all run in its own thread never needs it.
  async #start(): Promise<Piscina> {
    const { Piscina } = await import('piscina')
    const file = import.meta.url.endsWith('.ts') ? './worker-entry.ts' : './worker-entry.js'
    const pool = new Piscina({
      filename: new URL(file, import.meta.url).href,
      minThreads: 0,
      maxThreads: this.#max,
      idleTimeout: this.#idle,
      // Between two runs a thread goes on turning: what a module left running neither freezes nor piles up.
      atomics: 'disabled',
      recordTiming: false,
      ...(this.#memory !== undefined && {
        resourceLimits: { maxOldGenerationSizeMb: MemoryWatch.lastLimit(this.#memory) },
      }),
    })
    if (this.#memory !== undefined) this.#watch = new MemoryWatch(this.#memory, () => pool.threads)
    pool.on('error', (error: unknown) => this.#context.onError(error))
    return pool
  }
}

function requireCount(name: string, count: number): number {
  if (Number.isSafeInteger(count) && count > 0) return count
  throw new EnergywebError('argument-invalid', `workers.${name} can't be ${count}`, {
    hint: 'Give a whole number above zero.',
  })
}
