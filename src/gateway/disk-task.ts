import { type Duration, parseDuration } from '../core/duration.ts'
import { messageOf } from '../core/errors.ts'
import type { LineStatus } from '../core/ledger.ts'
import type { Logger } from '../core/logger.ts'
import { formatSize } from '../core/size.ts'
import { Task, type TaskContext, type TaskRun } from '../dispatcher/index.ts'
import { type DiskSpace, diskSpace, hoursLeft, keptFree } from './disk-space.ts'
import { Drain, type DrainEstimate } from './drain.ts'
import { Growth } from './growth.ts'
import { isLogTrouble } from './log-trouble.ts'
import type { GatewayLog } from './recovery-task.ts'
import { readTrends, writeTrends } from './trends-file.ts'

/** Something that can be done without for the sake of the record: messages, copies. Never an entry. */
export interface Sheddable {
  /** For messages, like `old log files`. */
  readonly name: string
  /** Gives up a part; answers how many bytes that freed, 0 when nothing is left to give. */
  shed(): Promise<number>
  /** There is room again. */
  relax?(): void
}

export interface DiskOptions {
  /** The data folder. */
  readonly folder: string
  /** Bytes that are kept free; default 200 MB, at most 5 % of the disk. */
  readonly keepFree?: number
  /** How often the room is looked at; default 1 minute. */
  readonly every?: Duration
  /** What is given up, in this order, when room gets short. */
  readonly sheddables?: readonly Sheddable[]
  /** Asks the operating system; for tests. */
  readonly space?: (folder: string) => Promise<DiskSpace>
}

export interface DiskStatus extends DiskSpace {
  readonly keepFree: number
  /** Bytes that the log takes, and bytes an hour by which it grows; undefined until that is known. */
  readonly used: number | undefined
  readonly growth: number | undefined
  /** Hours until only `keepFree` is left; infinite for a log that doesn't grow. */
  readonly hoursLeft: number | undefined
  /** What can't be given up any more and yet isn't enough; undefined while all is well. */
  readonly trouble: string | undefined
}

export interface DiskContext {
  readonly log: () => GatewayLog
  readonly lines: () => Promise<readonly LineStatus[]>
}

const hour = 3_600_000
/** Room beyond what is kept free at which what was given up is taken up again. */
const relief = 1.25

/**
 * Looks after the disk: measures how fast the log grows and how fast report lines drain, and gives up messages and copies
 * before the record has no room. Entries are never given up: on a full disk the log stops and waits.
 */
export class DiskTask extends Task {
  readonly #options: DiskOptions
  readonly #context: DiskContext
  #growth = new Growth()
  #drain = new Drain()
  #status: DiskStatus | undefined
  #savedAt: number | undefined
  #complainedAt: number | undefined
  #shedding = false

  /** @throws EnergywebError `duration-invalid` */
  constructor(options: DiskOptions, context: DiskContext) {
    const every = parseDuration(options.every ?? '1m')
    super({ name: 'watch disk', interval: every, deadline: '10m' })
    this.#options = options
    this.#context = context
  }

  /** As of the last look; undefined before the first. */
  get status(): DiskStatus | undefined {
    return this.#status
  }

  drainOf(line: string): DrainEstimate {
    return this.#drain.of(line)
  }

  override async prepare(): Promise<void> {
    const { sizes, drain } = await readTrends(this.#options.folder)
    this.#growth = new Growth(sizes)
    this.#drain = new Drain(drain)
  }

  override async coroutine({ clock, log }: TaskRun): Promise<void> {
    const now = clock.now()
    for (const line of await this.#context.lines()) this.#drain.look(line.line, { at: now, ...line })
    const taken = await this.#logSpace()
    const sample = taken && { at: now, bytes: taken.bytes - taken.unused }
    if (sample !== undefined) this.#growth.add(sample)
    const growth = sample && this.#growth.perHour(sample)
    const space = await this.#makeRoom(log)
    const keepFree = keptFree(this.#options.keepFree, space)
    const short = space.free < keepFree
    this.#status = {
      ...space,
      keepFree,
      used: taken?.bytes,
      growth,
      hoursLeft: hoursLeft({ ...space, keepFree, unused: taken?.unused ?? 0 }, growth),
      trouble: short ? `only ${formatSize(space.free)} are free and nothing is left to give up` : undefined,
    }
    if (short) this.#complain(this.#status, { log, now })
    else this.#complainedAt = undefined
    await this.#save(now, log)
  }

  override async finish({ log }: TaskContext): Promise<void> {
    this.#savedAt = undefined
    if (this.#status !== undefined) await this.#save(0, log)
  }

  /** A log that stands still is somebody else's care; it has no size meanwhile. */
  async #logSpace(): Promise<{ bytes: number; unused: number } | undefined> {
    try {
      return await this.#context.log().space?.()
    } catch (error) {
      if (isLogTrouble(error)) return undefined
      throw error
    }
  }

  async #makeRoom(log: Logger): Promise<DiskSpace> {
    const { folder, sheddables = [], space: look = diskSpace } = this.#options
    let space = await look(folder)
    const keepFree = keptFree(this.#options.keepFree, space)
    if (space.free >= keepFree) {
      if (this.#shedding && space.free >= keepFree * relief) this.#relax(sheddables, log)
      return space
    }
    this.#shedding = true
    for (const sheddable of sheddables) {
      while (space.free < keepFree) {
        const freed = await sheddable.shed()
        if (freed === 0) break
        const [room, gained] = [formatSize(space.free), formatSize(freed)]
        log.warn(
          { freed },
          `the disk is short of room (${room}): ${gained} of ${sheddable.name} were given up`,
        )
        space = await look(folder)
      }
    }
    return space
  }

  #relax(sheddables: readonly Sheddable[], log: Logger): void {
    this.#shedding = false
    for (const sheddable of sheddables) sheddable.relax?.()
    log.info({}, 'the disk has room again')
  }

  #complain({ free, keepFree }: DiskStatus, { log, now }: { log: Logger; now: number }): void {
    if (this.#complainedAt !== undefined && now - this.#complainedAt < hour) return
    this.#complainedAt = now
    const hint =
      'Make room or use a larger disk. On a full disk no reading is acknowledged; none that was is lost.'
    log.error(
      { free, keepFree, hint },
      `the disk is nearly full: ${formatSize(free)} are free, and nothing is left to give up`,
    )
  }

  async #save(now: number, log: Logger): Promise<void> {
    if (this.#savedAt !== undefined && now - this.#savedAt < hour) return
    this.#savedAt = now
    try {
      await writeTrends(this.#options.folder, { sizes: this.#growth.samples, drain: this.#drain.rates })
    } catch (error) {
      log.debug({ error }, `what was measured is not kept: ${messageOf(error)}`)
    }
  }
}
