import { mkdir } from 'node:fs/promises'
import { EnergywebError, messageOf } from '../core/errors.ts'
import { type Logger, silentLogger } from '../core/logger.ts'
import type { Operation, OperationName, Output } from './operations.ts'
import { StoreConnection } from './store-connection.ts'

export interface SessionOptions {
  readonly folder: string
  readonly log?: Logger
  readonly random?: (length: number) => Uint8Array
}

/** The store's life as its owner sees it: it works, it has stopped until it is recovered, or it is closed. */
export class StoreSession {
  readonly #options: SessionOptions
  readonly #appendListeners = new Set<(stream: string) => void>()
  readonly #commitListeners = new Set<(duration: number) => void>()
  readonly #failureListeners = new Set<(error: Error) => void>()
  #connection: StoreConnection | undefined
  #failure: EnergywebError | undefined
  #recovering: Promise<void> | undefined
  #closed = false

  private constructor(options: SessionOptions) {
    this.#options = options
  }

  /** @throws EnergywebError `log-locked`, `log-version`, `log-corrupt`, `log-io` */
  static async open(options: SessionOptions): Promise<StoreSession> {
    const session = new StoreSession(options)
    await mkdir(options.folder, { recursive: true, mode: 0o700 })
    await session.#connect()
    return session
  }

  /** The error that has stopped the log; undefined while it works. */
  get failure(): EnergywebError | undefined {
    return this.#failure
  }

  /** Asks the store; resolves when what the operation wrote is durable. */
  ask<Name extends OperationName>(operation: Operation<Name> & Operation): Promise<Output<Name>> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    if (this.#closed || this.#connection === undefined) {
      return Promise.reject(new EnergywebError('log-closed', 'the log is closed'))
    }
    return this.#connection.ask(operation, this.#options.random?.(32))
  }

  /** Closes everything, opens it anew and verifies the tail. Does nothing while the log works. */
  async recover(): Promise<void> {
    if (this.#closed) throw new EnergywebError('log-closed', 'the log is closed')
    if (this.#failure === undefined) return
    this.#recovering ??= this.#reopen()
    try {
      await this.#recovering
    } finally {
      this.#recovering = undefined
    }
  }

  async #reopen(): Promise<void> {
    const broken = this.#connection
    this.#connection = undefined
    await broken?.close()
    await this.#connect()
    this.#failure = undefined
  }

  async #connect(): Promise<void> {
    let connection: StoreConnection | undefined
    connection = await StoreConnection.open(this.#options.folder, {
      grown: streams => this.#tell(streams),
      committed: duration => {
        for (const listener of this.#commitListeners) this.#guard(() => listener(duration))
      },
      // One that never opened says so by its rejection, one that is being replaced has said so before.
      stopped: error => {
        if (connection !== undefined && connection === this.#connection) this.#fail(error)
      },
    })
    this.#connection = connection
  }

  /** Ends the store after what was asked before. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    // What failed to come back has said so to whoever asked for it.
    await this.#recovering?.catch(() => undefined)
    await this.#connection?.close()
  }

  onAppend(listener: (stream: string) => void): () => void {
    this.#appendListeners.add(listener)
    return () => this.#appendListeners.delete(listener)
  }

  onCommit(listener: (duration: number) => void): () => void {
    this.#commitListeners.add(listener)
    return () => this.#commitListeners.delete(listener)
  }

  onFailure(listener: (error: Error) => void): () => void {
    this.#failureListeners.add(listener)
    return () => this.#failureListeners.delete(listener)
  }

  #tell(streams: readonly string[]): void {
    for (const stream of streams) {
      for (const listener of this.#appendListeners) this.#guard(() => listener(stream))
    }
  }

  #fail(error: EnergywebError): void {
    if (this.#closed || this.#failure !== undefined) return
    this.#failure = error
    for (const listener of this.#failureListeners) this.#guard(() => listener(error))
  }

  /** A listener's fault is its own: an append is durable whoever listens. */
  #guard(tell: () => void): void {
    try {
      tell()
    } catch (error) {
      const log = this.#options.log ?? silentLogger
      log.error({ error }, `a listener of the log has failed: ${messageOf(error)}`)
    }
  }
}
