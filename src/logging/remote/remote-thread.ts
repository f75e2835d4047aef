import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Clock, systemClock } from '../../core/clock.ts'
import { isEnergywebError, messageOf } from '../../core/errors.ts'
import type { RemoteLogStatus } from '../../core/remote-log.ts'
import type { Counts } from './counts.ts'
import { type Line, severities } from './line.ts'
import { ownRedactor } from './own-redactor.ts'
import type { CrossingLine, FromRemote, RemoteSetup } from './protocol.ts'
import { type Outbox, Shipper } from './shipper.ts'
import type { Sink } from './sink.ts'
import { Spool } from './spool.ts'
import { putAside, spoolName } from './spool-database.ts'

export interface RemoteThreadOptions {
  readonly send: (message: FromRemote) => void
  readonly openSink: (destination: RemoteSetup['destinations'][number], setup: RemoteSetup) => Sink
  readonly clock?: Clock
  readonly random?: () => number
}

/** How often it is told how things stand, while they change, ms. */
const statusEvery = 1_000
/** How long a spool does without a disk that failed, ms. */
const diskAgain = 60_000
/** What may wait without a disk, bytes. */
const inMemory = 2_000_000
/** SQLite's codes for a file that is damaged or none of its own: https://www.sqlite.org/rescode.html. */
const damaged: readonly number[] = [11, 26]
/** A write-ahead log may have so much beside the file. */
const besideFile = 1_000_000

/**
 * The life of remote logging in its thread: keeps messages in the spool and has one shipper a destination bring them away.
 * A spool that can't be written is done without: what comes then waits in memory, less of it.
 */
export class RemoteThread {
  readonly #setup: RemoteSetup
  readonly #options: RemoteThreadOptions
  readonly #clock: Clock
  readonly #sinks: Sink[] = []
  readonly #shippers: Shipper[] = []
  readonly #ending = new AbortController()
  #spool: Spool
  /** What the spool has taken over when the disk came back. */
  #adopted: Spool | undefined
  #onDisk = true
  #trouble: string | undefined
  #running: Promise<unknown> = Promise.resolve()
  #cancelRetry: (() => void) | undefined
  #cancelStatus: (() => void) | undefined

  constructor(setup: RemoteSetup, options: RemoteThreadOptions) {
    this.#setup = setup
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#spool = this.#openSpool()
    this.#running = Promise.all(setup.destinations.flatMap(destination => this.#start(destination)))
    this.#tellStatus()
  }

  /** Stores messages; `lost` never came as far as here. */
  take(lines: readonly CrossingLine[], lost: Counts): void {
    const whole = lines.map(([at, level, message, fields]): Line => {
      return { at, severity: severities[level] ?? 'error', message, fields }
    })
    this.#append(whole, lost)
    const characters = whole.reduce((sum, line) => sum + line.message.length + line.fields.length, 0)
    this.#options.send({ type: 'taken', characters })
    for (const shipper of this.#shippers) shipper.wake()
    this.#statusSoon()
  }

  /** Gives up messages of so many bytes, and keeps the spool from growing; answers how many bytes that freed. */
  shed(bytes: number): number {
    const freed = this.#onDisk ? (this.#guarded(spool => spool.shed(bytes)) ?? 0) : 0
    this.#spool.cap = Math.min(this.#spool.cap, this.#spool.bytes)
    this.#statusSoon()
    return freed
  }

  relax(): void {
    this.#spool.cap = this.#onDisk ? this.#diskCap : Math.min(inMemory, this.#diskCap)
  }

  /** Sends what there is, no longer than so many milliseconds; the rest waits for the next start. */
  async close(patience: number): Promise<void> {
    this.#cancelRetry?.()
    this.#cancelStatus?.()
    for (const shipper of this.#shippers) shipper.drain()
    const cancel = this.#clock.after(patience, () => this.#ending.abort())
    await this.#running
    cancel()
    await Promise.all(this.#sinks.map(sink => sink.close()))
    this.#options.send({ type: 'status', status: this.#status() })
    this.#spool.close()
  }

  get #path(): string {
    return join(this.#setup.folder, spoolName)
  }

  get #diskCap(): number {
    return Math.max(this.#setup.cap / 2, this.#setup.cap - besideFile)
  }

  #start(destination: RemoteSetup['destinations'][number]): Promise<void>[] {
    const { name, trouble } = destination
    const redactor = ownRedactor(destination)
    const onTrouble = (said: string | undefined) => {
      const why = said && redactor.text(said)
      this.#guarded(spool => spool.trouble(name, why))
      this.#options.send({ type: 'trouble', subject: name, why })
      this.#statusSoon()
    }
    onTrouble(trouble)
    if (trouble !== undefined) return []
    const sink = this.#options.openSink(destination, this.#setup)
    this.#sinks.push(sink)
    const random = this.#options.random ?? Math.random
    const shipper = new Shipper({ outbox: this.#outbox(name), sink, clock: this.#clock, random, onTrouble })
    this.#shippers.push(shipper)
    shipper.wake()
    return [shipper.run(this.#ending.signal)]
  }

  /**
   * Numbers of one spool mean nothing in another: what was taken from one is settled there, or sent again. Only what was told to be
   * missing holds for the one that took it over, too.
   */
  #outbox(name: string): Outbox {
    let from = this.#spool
    return {
      next: most => {
        from = this.#spool
        return this.#guarded(spool => spool.next(name, most))
      },
      settle: settled => {
        const toldAlone = { ...settled, upTo: 0, delivered: 0, refused: 0 }
        if (from === this.#spool) this.#guarded(spool => spool.settle(name, settled))
        else if (from === this.#adopted) this.#guarded(spool => spool.settle(name, toldAlone))
        this.#statusSoon()
      },
      release: () => {
        if (from === this.#spool) this.#guarded(spool => spool.release(name))
      },
    }
  }

  #append(lines: readonly Line[], lost: Counts): void {
    const attempt = () => this.#spool.append(lines, lost)
    try {
      attempt()
    } catch (error) {
      this.#doWithoutDisk(error)
      // In memory there is always room; what fails here is a defect, and the thread ends with it.
      attempt()
    }
  }

  /** Does something with the spool; undefined when the disk is in the way. */
  #guarded<Value>(act: (spool: Spool) => Value): Value | undefined {
    try {
      return act(this.#spool)
    } catch (error) {
      this.#doWithoutDisk(error)
      return undefined
    }
  }

  #openSpool(): Spool {
    try {
      return this.#openOnDisk()
    } catch (error) {
      return this.#inMemory(error)
    }
  }

  /** One that is damaged is put aside, and another begun. */
  #openOnDisk(): Spool {
    const options = { destinations: this.#setup.destinations, cap: this.#diskCap }
    try {
      // It is opened before the log, which makes the folder otherwise: for its owner alone, as here.
      mkdirSync(this.#setup.folder, { recursive: true, mode: 0o700 })
      return Spool.open(this.#path, options)
    } catch (error) {
      if (!isDamaged(error)) throw error
      const why = `it was damaged and lies in ${putAside(this.#path)} now`
      this.#options.send({ type: 'trouble', subject: 'spool', why })
      return Spool.open(this.#path, options)
    }
  }

  #doWithoutDisk(error: unknown): void {
    if (!this.#onDisk) throw error
    this.#adopted = undefined
    const before = this.#spool
    this.#spool = this.#inMemory(error)
    try {
      before.close()
    } catch {
      // It failed already; that is told.
    }
  }

  /** A spool that lives as long as this thread, until the disk is tried again. */
  #inMemory(error: unknown): Spool {
    this.#onDisk = false
    this.#trouble = messageOf(error)
    const why = `it can't be written, messages wait in memory: ${messageOf(error)}`
    this.#options.send({ type: 'trouble', subject: 'spool', why })
    this.#cancelRetry = this.#clock.after(diskAgain, () => this.#tryDisk())
    const { destinations } = this.#setup
    return Spool.open(':memory:', { destinations, cap: Math.min(inMemory, this.#diskCap) })
  }

  #tryDisk(): void {
    const memory = this.#spool
    try {
      const disk = this.#openOnDisk()
      try {
        disk.adopt(memory)
      } catch (error) {
        disk.close()
        throw error
      }
      this.#spool = disk
      this.#adopted = memory
      this.#onDisk = true
      this.#trouble = undefined
      memory.close()
      this.#options.send({ type: 'trouble', subject: 'spool', why: undefined })
      for (const shipper of this.#shippers) shipper.wake()
    } catch (error) {
      this.#trouble = messageOf(error)
      this.#cancelRetry = this.#clock.after(diskAgain, () => this.#tryDisk())
    }
  }

  #statusSoon(): void {
    this.#cancelStatus ??= this.#clock.after(statusEvery, () => {
      this.#cancelStatus = undefined
      this.#tellStatus()
    })
  }

  #tellStatus(): void {
    const status = this.#guarded(() => this.#status())
    if (status !== undefined) this.#options.send({ type: 'status', status })
  }

  #status(): RemoteLogStatus {
    const { bytes, cap } = this.#spool
    return { destinations: this.#spool.status(), bytes, cap, trouble: this.#trouble }
  }
}

function isDamaged(error: unknown): boolean {
  if (isEnergywebError(error, 'log-corrupt') || isEnergywebError(error, 'log-version')) return true
  if (!(error instanceof Error) || !('errcode' in error)) return false
  return damaged.includes(Number(error.errcode) & 0xff)
}
