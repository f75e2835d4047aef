import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import type { Piscina } from 'piscina'
import { EnergywebError, messageOf } from '../core/errors.ts'
import type { Attempt } from './attempt.ts'
import { freezeError, thawError } from './frozen-error.ts'
import { MemoryWatch } from './memory-watch.ts'
import type { AbortMessage, FromThread, ThreadAnswer, ThreadCall } from './worker-protocol.ts'

/** One run to be made in a thread. */
export interface WorkerRequest {
  /** The task's name in its app. */
  readonly name: string
  readonly module: URL
  readonly parameters: unknown
  readonly wantsResult: boolean
  readonly attempt: Attempt
  /** Called when a thread has taken the run. */
  onStarted(): void
}

export interface WorkerLimits {
  /** How long after its abort a run may go on before its thread is ended, in milliseconds. */
  readonly grace: number
  /** How much its thread may hold, in MB. */
  readonly memory: number
}

/** How long a thread may take to begin, in milliseconds; a loaded machine may need seconds. */
const longestStart = 60_000

/**
 * One run in a thread, seen from outside. Times here are the machine's own, whatever the app's clock: so are the thread's.
 */
export class WorkerCall {
  readonly #request: WorkerRequest
  readonly #limits: WorkerLimits
  readonly #pool: Piscina
  readonly #port: MessagePort
  readonly #kill = new AbortController()
  #answer: ThreadAnswer | undefined = undefined
  #started = false
  #memory: MemoryWatch | undefined = undefined
  #held: number | undefined = undefined
  #timer: NodeJS.Timeout | undefined = undefined

  private constructor(pool: Piscina, request: WorkerRequest, port: MessagePort, limits: WorkerLimits) {
    this.#pool = pool
    this.#request = request
    this.#port = port
    this.#limits = limits
  }

  /**
   * Runs it in the next free thread of the pool; resolves with what it answers.
   * @throws EnergywebError `worker-failed` when the thread crashed, or had to be ended; `task-invalid` when parameters or
   * result can't be copied; whatever the task's code throws
   */
  static async run(pool: Piscina, request: WorkerRequest, limits: WorkerLimits): Promise<unknown> {
    const { port1, port2 } = new MessageChannel()
    const call = new WorkerCall(pool, request, port1, limits)
    const { signal } = request.attempt
    const abort = () => call.#abort()
    port1.on('message', (message: FromThread) => call.#hear(message))
    signal.addEventListener('abort', abort, { once: true })
    try {
      if (signal.aborted) throw signal.reason
      return await call.#runIn(port2)
    } finally {
      signal.removeEventListener('abort', abort)
      clearTimeout(call.#timer)
      call.#memory?.end()
      port1.close()
    }
  }

  async #runIn(port: MessagePort): Promise<unknown> {
    this.#killAfter(longestStart)
    try {
      await this.#pool.run(this.#message(port), { transferList: [port], signal: this.#kill.signal })
    } catch (error) {
      this.#drain()
      throw this.#broken(error)
    }
    this.#drain()
    if (this.#answer === undefined) throw this.#broken(new TypeError('it gave no answer'))
    if (this.#answer.good) return this.#answer.value
    const { error, echo } = this.#answer
    throw echo ? this.#request.attempt.signal.reason : thawError(error)
  }

  #message(port: MessagePort): ThreadCall {
    const { name, module, parameters, wantsResult, attempt } = this.#request
    const { number, at, lateness, item } = attempt.tick
    const tick = { number, at, lateness }
    return { module: module.href, task: name, tick, item, parameters, wantsResult, port }
  }

  #hear(message: FromThread): void {
    if (message.type === 'answer') this.#answer = message.answer
    else if (message.type === 'log') this.#request.attempt.log[message.level](message.fields, message.message)
    else this.#begun(message.threadId)
  }

  #begun(threadId: number): void {
    this.#started = true
    const thread = this.#pool.threads.find(one => one.threadId === threadId)
    if (thread !== undefined) {
      this.#memory = new MemoryWatch(thread, this.#limits.memory, held => {
        this.#held = held
        this.#kill.abort()
      })
    }
    if (this.#request.attempt.aborted) return
    clearTimeout(this.#timer)
    this.#request.onStarted()
  }

  #abort(): void {
    const message: AbortMessage = { reason: freezeError(this.#request.attempt.signal.reason) }
    this.#port.postMessage(message)
    this.#killAfter(this.#limits.grace)
  }

  #killAfter(milliseconds: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#kill.abort(), milliseconds)
  }

  /** The answer of the pool may overtake what the thread said before. */
  #drain(): void {
    for (let next = receiveMessageOnPort(this.#port); next; next = receiveMessageOnPort(this.#port)) {
      this.#hear(next.message)
    }
  }

  #broken(error: unknown): EnergywebError {
    const { name } = this.#request
    const fail = (what: string, hint: string) =>
      new EnergywebError('worker-failed', `the thread of task "${name}" ${what}`, {
        hint,
        retryable: true,
        cause: error,
      })
    if (error instanceof DOMException && error.name === 'DataCloneError') {
      const message = `what task "${name}" hands to its thread can't be copied: ${error.message}`
      const hint = 'Parameters and items must be plain data, without functions.'
      return new EnergywebError('task-invalid', message, { hint, cause: error })
    }
    if (this.#held !== undefined || codeOf(error) === 'ERR_WORKER_OUT_OF_MEMORY') {
      const held = this.#held === undefined ? '' : `: it held ${Math.round(this.#held)} MB`
      return fail(
        `ran out of its ${this.#limits.memory} MB of memory${held}`,
        'Give it less to hold at once, or raise `memory` in the options `workers` of the app.',
      )
    }
    if (this.#kill.signal.aborted) {
      return this.#started
        ? fail(
            `was ended: its run did not heed its abort within ${this.#limits.grace} ms`,
            'Look at its signal in long loops.',
          )
        : fail(`did not begin within ${longestStart} ms`, 'Is the machine overloaded?')
    }
    return fail(
      `has crashed: ${messageOf(error)}`,
      'The task begins anew in a new thread after its back-off.',
    )
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
