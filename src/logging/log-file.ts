import { type FileHandle, mkdir, open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Clock, systemClock } from '../core/clock.ts'
import { messageOf } from '../core/errors.ts'
import { oldFiles, prune, rotate } from './log-file-rotation.ts'
import type { LogLevel } from './log-level.ts'

export interface LogFileOptions {
  readonly path: string
  /** The least that is written; default `info`. */
  readonly level?: LogLevel | undefined
  /** A file that would grow beyond this many bytes is put aside for a new one; default 10 MB. */
  readonly size?: number | undefined
  /** How many older files are kept, as `<path>.1` (the newest), `<path>.2`, …; default 5. */
  readonly keep?: number | undefined
  /** All files together have at most this many bytes; default 100 MB. */
  readonly cap?: number | undefined
  /** True: a new file every day (UTC) too. Default false. */
  readonly daily?: boolean | undefined
  readonly clock?: Clock
  /** Told once when the file can't be written and once when it can again; default a line on standard error. */
  readonly complain?: (message: string) => void
}

const megabyte = 1_000_000

/** What holds where nothing else was asked for. */
export const defaultLogFile = { level: 'info', size: 10 * megabyte, keep: 5, cap: 100 * megabyte } as const

/** What waits for a disk that doesn't take it, bytes; beyond this the oldest messages are dropped and counted. */
const longestQueue = megabyte
const retryAfter = 10_000
/** How long the end waits for the disk, ms. */
const patience = 2_000

/**
 * A file for messages, one line each, that never holds up whoever writes: a disk that is full, slow or gone costs messages,
 * never readings. Rotated by size and day, capped, fit for logrotate (`reopen`).
 */
export class LogFile {
  readonly path: string
  /** May be changed while it is in use. */
  level: LogLevel
  readonly #limits: { readonly size: number; readonly keep: number; readonly cap: number }
  readonly #daily: boolean
  readonly #clock: Clock
  readonly #complain: (message: string) => void
  #queue: Buffer[] = []
  #queued = 0
  #dropped = 0
  #handle: FileHandle | undefined
  #size = 0
  #day = 0
  #stale = false
  #busy: Promise<void> | undefined
  #trouble: string | undefined
  #cancelRetry: (() => void) | undefined

  constructor(options: LogFileOptions) {
    const { level, size, keep, cap } = options
    this.path = options.path
    this.level = level ?? defaultLogFile.level
    this.#limits = {
      size: size ?? defaultLogFile.size,
      keep: keep ?? defaultLogFile.keep,
      cap: cap ?? defaultLogFile.cap,
    }
    this.#daily = options.daily ?? false
    this.#clock = options.clock ?? systemClock
    this.#complain = options.complain ?? (message => process.stderr.write(`${message}\n`))
  }

  /** Why nothing is written now; undefined while all is well. */
  get trouble(): string | undefined {
    return this.#trouble
  }

  /** Takes one line, its line feed included. Answers at once and never throws. */
  write(line: string): void {
    const bytes = Buffer.from(line)
    this.#queue.push(bytes)
    this.#queued += bytes.length
    while (this.#queued > longestQueue) {
      this.#queued -= this.#queue.shift()?.length ?? this.#queued
      this.#dropped += 1
    }
    this.#work()
  }

  /** Opens the file anew, for whoever has moved it away (logrotate sends SIGHUP). */
  reopen(): void {
    this.#stale = true
    this.#retryNow()
  }

  /** Removes the oldest of the older files; answers how many bytes that freed, 0 when there is none left. */
  async shedOldest(): Promise<number> {
    await this.#busy
    const oldest = (await oldFiles(this.path)).at(-1)
    if (oldest === undefined) return 0
    await rm(oldest.path, { force: true })
    return oldest.bytes
  }

  /** Writes what waits, no longer than 2 s, and lets go of the file. */
  async close(): Promise<void> {
    this.#retryNow()
    const { promise: late, resolve } = Promise.withResolvers<void>()
    const cancel = this.#clock.after(patience, resolve)
    await Promise.race([this.#settled(), late])
    cancel()
    this.#cancelRetry?.()
  }

  async #settled(): Promise<void> {
    while (this.#busy !== undefined) await this.#busy
    await this.#release()
  }

  #retryNow(): void {
    this.#cancelRetry?.()
    this.#cancelRetry = undefined
    this.#work()
  }

  #work(): void {
    if (this.#busy !== undefined || this.#cancelRetry !== undefined) return
    this.#busy = this.#drain().finally(() => {
      this.#busy = undefined
      if (this.#queue.length > 0) this.#work()
    })
  }

  async #drain(): Promise<void> {
    try {
      if (this.#stale) await this.#release()
      this.#stale = false
      while (this.#queue.length > 0) await this.#append(await this.#opened())
      this.#recovered()
    } catch (error) {
      await this.#failed(error)
    }
  }

  async #opened(): Promise<FileHandle> {
    if (this.#handle !== undefined && this.#mustRotate()) {
      await this.#release()
      await rotate(this.path, this.#limits.keep)
    }
    if (this.#handle !== undefined) return this.#handle
    await mkdir(dirname(this.path), { recursive: true, mode: 0o750 })
    await prune(this.path, Math.max(0, this.#limits.cap - this.#limits.size))
    const handle = await open(this.path, 'a+', 0o640)
    this.#handle = handle
    const { size, mtimeMs } = await handle.stat()
    this.#size = size
    this.#day = dayOf(size === 0 ? this.#clock.now() : mtimeMs)
    if (size > 0 && (await lastByte(handle, size)) !== lineFeed) await this.#put(handle, Buffer.of(lineFeed))
    return this.#mustRotate() ? this.#opened() : handle
  }

  #mustRotate(): boolean {
    if (this.#size === 0) return false
    const next = this.#queue[0]?.length ?? 0
    return this.#size + next > this.#limits.size || (this.#daily && dayOf(this.#clock.now()) !== this.#day)
  }

  /** Writes as many whole lines as fit into this file, at least one. */
  async #append(handle: FileHandle): Promise<void> {
    const lines: Buffer[] = []
    let room = this.#limits.size - this.#size
    for (let next = this.#queue[0]; next !== undefined; next = this.#queue[0]) {
      if (lines.length > 0 && next.length > room) break
      this.#queue.shift()
      lines.push(next)
      room -= next.length
    }
    const before = this.#size
    try {
      await this.#put(handle, Buffer.concat(lines))
      this.#queued -= lines.reduce((sum, line) => sum + line.length, 0)
    } catch (error) {
      this.#takeBack(lines, this.#size - before)
      throw error
    }
  }

  /** Lines that are not whole on the disk wait again. */
  #takeBack(lines: readonly Buffer[], written: number): void {
    let end = 0
    const left = lines.filter(line => {
      end += line.length
      if (end <= written) this.#queued -= line.length
      return end > written
    })
    this.#queue = [...left, ...this.#queue]
  }

  /** A full disk takes a part before it refuses the rest. */
  async #put(handle: FileHandle, bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const { bytesWritten } = await handle.write(bytes, at)
      at += bytesWritten
      this.#size += bytesWritten
    }
  }

  #recovered(): void {
    if (this.#trouble !== undefined) this.#complain(`the log file ${this.path} can be written again`)
    this.#trouble = undefined
    if (this.#dropped === 0) return
    const fields = { level: 'warn', time: new Date(this.#clock.now()).toISOString(), dropped: this.#dropped }
    this.#dropped = 0
    const msg = 'messages are missing here: the file could not be written'
    this.write(`${JSON.stringify({ ...fields, msg })}\n`)
  }

  async #failed(error: unknown): Promise<void> {
    const why = messageOf(error)
    if (this.#trouble === undefined) {
      this.#complain(`the log file ${this.path} can't be written, the gateway goes on without it: ${why}`)
    }
    this.#trouble = why
    await this.#release().catch(() => undefined)
    this.#cancelRetry = this.#clock.after(retryAfter, () => this.#retryNow())
  }

  async #release(): Promise<void> {
    const handle = this.#handle
    this.#handle = undefined
    await handle?.close()
  }
}

const lineFeed = 0x0a

async function lastByte(handle: FileHandle, size: number): Promise<number | undefined> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(1), 0, 1, size - 1)
  return bytesRead === 1 ? buffer[0] : undefined
}

/** Days since 1970, UTC. */
function dayOf(instant: number): number {
  return Math.floor(instant / 86_400_000)
}
