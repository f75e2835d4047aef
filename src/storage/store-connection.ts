import { Worker } from 'node:worker_threads'
import { EnergywebError, messageOf } from '../core/errors.ts'
import type { Operation, OperationName, Output } from './operations.ts'
import { type FromStore, type Question, revivedError, type ToStore } from './protocol.ts'

interface Waiting {
  // A method, so that a promise of a narrower value fits: who asked knows what the answer is.
  resolve(value: Output<OperationName> | PromiseLike<Output<OperationName>>): void
  reject(error: EnergywebError): void
}

interface Listener {
  /** Streams that a commit appended to. */
  grown(streams: readonly string[]): void
  /** A commit took the disk so many milliseconds. */
  committed(duration: number): void
  /** Nothing more will be acknowledged. */
  stopped(error: EnergywebError): void
}

/** The line from the main thread to the store's thread: questions of one turn travel together. */
export class StoreConnection {
  readonly #worker: Worker
  readonly #listener: Listener
  readonly #waiting = new Map<number, Waiting>()
  #questions: Question[] = []
  #nextId = 0
  #stopped: EnergywebError | undefined
  #opening: PromiseWithResolvers<void> | undefined
  readonly #ended = Promise.withResolvers<void>()

  private constructor(listener: Listener) {
    this.#listener = listener
    const file = import.meta.url.endsWith('.ts') ? './store-worker.ts' : './store-worker.js'
    this.#worker = new Worker(new URL(file, import.meta.url), { name: 'log store' })
    this.#worker.on('message', (message: FromStore) => this.#receive(message))
    this.#worker.on('error', (cause: unknown) => this.#end('the store has crashed', cause))
    this.#worker.on('exit', () => {
      this.#end('the store has ended')
      this.#ended.resolve()
    })
  }

  /**
   * Starts the store over a data folder; resolves when its tail is verified.
   * @throws EnergywebError `log-locked`, `log-io`, `log-corrupt`, `log-version`
   */
  static async open(folder: string, listener: Listener): Promise<StoreConnection> {
    const connection = new StoreConnection(listener)
    connection.#opening = Promise.withResolvers<void>()
    connection.#send({ type: 'open', folder })
    try {
      await connection.#opening.promise
      return connection
    } catch (error) {
      await connection.#worker.terminate()
      throw error
    } finally {
      connection.#opening = undefined
    }
  }

  /** Asks for one operation; resolves when what it wrote is durable. */
  ask<Name extends OperationName>(
    operation: Operation<Name> & Operation,
    random?: Uint8Array,
  ): Promise<Output<Name>> {
    if (this.#stopped !== undefined) return Promise.reject(this.#stopped)
    const id = this.#nextId++
    // It runs when all that this turn's promises have set in motion has asked.
    if (this.#questions.length === 0) process.nextTick(() => this.#flush())
    this.#questions.push({ id, operation, random })
    return new Promise<Output<Name>>((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
  }

  /** Ends the store after what was asked before; resolves when its thread is gone. */
  async close(): Promise<void> {
    this.#flush()
    this.#send({ type: 'close' })
    await this.#ended.promise
  }

  #send(message: ToStore): void {
    this.#worker.postMessage(message)
  }

  #flush(): void {
    if (this.#questions.length === 0) return
    const questions = this.#questions
    this.#questions = []
    if (this.#ship(questions) !== undefined) for (const question of questions) this.#shipAlone(question)
  }

  /** Sends questions; answers the error when one of them holds something that can't cross threads, like a function. */
  #ship(questions: readonly Question[]): unknown {
    try {
      this.#send({ type: 'questions', questions })
      return undefined
    } catch (error) {
      return error
    }
  }

  #shipAlone(question: Question): void {
    const cause = this.#ship([question])
    if (cause === undefined) return
    const what = `what was given to the log holds something that is not data: ${messageOf(cause)}`
    this.#waiting.get(question.id)?.reject(new EnergywebError('argument-invalid', what, { cause }))
    this.#waiting.delete(question.id)
  }

  #receive(message: FromStore): void {
    switch (message.type) {
      case 'opened':
        this.#opening?.resolve()
        return
      case 'refused':
        this.#opening?.reject(revivedError(message.error))
        return
      case 'stopped':
        this.#stop(revivedError(message.error))
        return
      case 'closed':
        if (message.error !== undefined) this.#stop(revivedError(message.error))
        return
      case 'answers':
        this.#answer(message)
    }
  }

  #answer({ answers, grown, duration }: Extract<FromStore, { type: 'answers' }>): void {
    for (const answer of answers) {
      const waiting = this.#waiting.get(answer.id)
      this.#waiting.delete(answer.id)
      if ('error' in answer) waiting?.reject(revivedError(answer.error))
      else waiting?.resolve(answer.value)
    }
    if (grown.length > 0) this.#listener.grown(grown)
    if (duration !== undefined) this.#listener.committed(duration)
  }

  #stop(error: EnergywebError): void {
    if (this.#stopped !== undefined) return
    this.#stopped = error
    this.#questions = []
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
    this.#listener.stopped(error)
  }

  #end(what: string, cause?: unknown): void {
    const error = new EnergywebError('log-io', what, { retryable: true, cause })
    this.#opening?.reject(error)
    this.#stop(error)
  }
}
