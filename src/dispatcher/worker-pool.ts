import { availableParallelism } from 'node:os'
import type { Piscina } from 'piscina'
import { type Duration, parseDuration } from '../core/duration.ts'
import { EnergywebError } from '../core/errors.ts'
import { WaitList } from './wait-list.ts'
import { WorkerCall, type WorkerRequest } from './worker-call.ts'

export interface WorkerOptions {
  /** How many threads there may be; more runs wait. Default: one less than the machine has cores, at least one. */
  readonly max?: number
  /** How long a thread without work is kept. Default 30 s. */
  readonly idle?: Duration
  /**
   * How much a thread may hold, heap and buffers, in MB; one that holds more for a second, or twice as much at any moment, is
   * ended. Default 512.
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
  readonly #memory: number
  readonly #context: WorkerPoolContext
  readonly #waiting = new WaitList<undefined, void>()
  #busy = 0
  #opening: Promise<Piscina> | undefined = undefined

  /** @throws EnergywebError `argument-invalid`, `duration-invalid` */
  constructor(options: WorkerOptions, context: WorkerPoolContext) {
    this.#max = requireCount('max', options.max ?? Math.max(1, availableParallelism() - 1))
    this.#idle = parseDuration(options.idle ?? '30s')
    this.#memory = requireCount('memory', options.memory ?? 512)
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
    const limits = { grace: this.#context.grace, memory: this.#memory }
    try {
      return await WorkerCall.run(await this.#open(), request, limits)
    } finally {
      const next = this.#waiting.first()
      if (next === undefined) this.#busy--
      else next.answer()
    }
  }

  /** Ends every thread. */
  async end(): Promise<void> {
    const opening = this.#opening
    this.#opening = undefined
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
      // Far above ours, and never to be reached: V8 would end the whole process there.
      resourceLimits: { maxOldGenerationSizeMb: 4 * this.#memory + 256 },
    })
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
