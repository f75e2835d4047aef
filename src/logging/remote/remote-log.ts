import { Worker } from 'node:worker_threads'
import { type Clock, systemClock } from '../../core/clock.ts'
import { messageOf } from '../../core/errors.ts'
import type { RemoteLogStatus } from '../../core/remote-log.ts'
import { isTold, type Severity } from '../log-level.ts'
import { type Counts, noCounts, sumOf } from './counts.ts'
import { lineOf, severities } from './line.ts'
import type { CrossingLine, FromRemote, RemoteSetup, ToRemote } from './protocol.ts'

export interface RemoteLogOptions extends RemoteSetup {
  /** Told what stands in the way, and with undefined that it does no more. Must not log to where this log sends. */
  readonly onTrouble: (subject: string, why: string | undefined) => void
  readonly clock?: Clock
}

/** Messages that come together cross together, ms. `kill -9` loses no more than came in this time. */
const gather = 50
/** Characters that may be on their way to the thread; what comes beyond is counted and lost. */
const mostUnderWay = 4_000_000
/** How long the thread may be gone before it is started anew, ms. */
const startAgain = 5_000
/** How long the end waits for the destinations, ms, and beyond that for the thread. */
const patience = 2_000
const longestEnd = 2_000

/**
 * Messages that leave the box. Whoever logs only hands lines over: keeping and sending them is the work of a thread of its
 * own, so that neither a slow disk nor a slow network holds anything up.
 */
export class RemoteLog {
  readonly #options: RemoteLogOptions
  readonly #clock: Clock
  readonly #least: Severity
  #worker: Worker | undefined
  #lines: CrossingLine[] = []
  #lost: number[] = [...noCounts]
  #underWay = 0
  #cancelFlush: (() => void) | undefined
  #cancelStart: (() => void) | undefined
  #status: RemoteLogStatus
  #isDown = false
  #shedding: PromiseWithResolvers<number> | undefined
  #closing: PromiseWithResolvers<void> | undefined

  constructor(options: RemoteLogOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#status = { destinations: [], bytes: 0, cap: options.cap, trouble: undefined }
    const least = Math.min(...options.destinations.map(({ level }) => severities.indexOf(level)))
    this.#least = severities[least] ?? 'error'
    this.#start()
  }

  /** True when any destination wants messages of this severity. */
  wants(severity: Severity): boolean {
    return isTold(severity, this.#least)
  }

  /** Takes one message that holds no secret any more. Answers at once and never throws. */
  write(severity: Severity, said: { message: string; fields: object }): void {
    const level = severities.indexOf(severity)
    if (this.#closing !== undefined || this.#underWay >= mostUnderWay) {
      this.#lost[level] = (this.#lost[level] ?? 0) + 1
      return
    }
    const { at, message, fields } = lineOf(this.#clock.now(), severity, said)
    this.#lines.push([at, level, message, fields])
    this.#underWay += message.length + fields.length
    this.#cancelFlush ??= this.#clock.after(gather, () => this.#flush())
  }

  /** As the thread last told. */
  get status(): RemoteLogStatus {
    return this.#status
  }

  /** Gives up messages of so many bytes for the sake of the record; answers how many bytes that freed. */
  async shed(bytes: number): Promise<number> {
    if (this.#worker === undefined || this.#closing !== undefined) return 0
    this.#shedding ??= Promise.withResolvers()
    this.#send({ type: 'shed', bytes })
    return this.#shedding.promise
  }

  /** It may grow again. */
  relax(): void {
    this.#send({ type: 'relax' })
  }

  /** Hands over what is here, lets the thread send for a moment, and ends it; what is left waits for the next start. */
  async close(): Promise<void> {
    this.#flush()
    this.#cancelStart?.()
    if (this.#worker === undefined) return
    this.#closing = Promise.withResolvers()
    this.#send({ type: 'close', patience })
    const cancel = this.#clock.after(patience + longestEnd, () => this.#closing?.resolve())
    await this.#closing.promise
    cancel()
    await this.#worker?.terminate()
  }

  #start(): void {
    const file = import.meta.url.endsWith('.ts') ? './remote-worker.ts' : './remote-worker.js'
    const worker = new Worker(new URL(file, import.meta.url), { name: 'remote log' })
    this.#worker = worker
    // What keeps the process alive is the gateway, not its messages.
    worker.unref()
    worker.on('message', (message: FromRemote) => this.#receive(message))
    worker.on('error', error => this.#options.onTrouble('thread', `it has crashed: ${messageOf(error)}`))
    worker.on('exit', () => this.#ended())
    const { folder, cap, destinations, sender } = this.#options
    this.#send({ type: 'open', setup: { folder, cap, destinations, sender } })
  }

  #ended(): void {
    this.#worker = undefined
    this.#shedding?.resolve(0)
    this.#shedding = undefined
    this.#closing?.resolve()
    if (this.#closing !== undefined) return
    // What was under way may have got there: it is not counted as lost.
    this.#underWay = 0
    this.#isDown = true
    this.#cancelStart = this.#clock.after(startAgain, () => this.#start())
  }

  #flush(): void {
    this.#cancelFlush?.()
    this.#cancelFlush = undefined
    if (this.#worker === undefined) {
      if (this.#lines.length > 0) this.#cancelFlush = this.#clock.after(startAgain, () => this.#flush())
      return
    }
    if (this.#lines.length === 0 && sumOf(this.#lost) === 0) return
    const [lines, lost]: [CrossingLine[], Counts] = [this.#lines, this.#lost]
    this.#lines = []
    this.#lost = [...noCounts]
    this.#send({ type: 'lines', lines, lost })
  }

  #send(message: ToRemote): void {
    this.#worker?.postMessage(message)
  }

  #receive(message: FromRemote): void {
    switch (message.type) {
      case 'taken':
        this.#underWay = Math.max(0, this.#underWay - message.characters)
        if (sumOf(this.#lost) > 0) this.#cancelFlush ??= this.#clock.after(gather, () => this.#flush())
        return
      case 'status':
        this.#status = message.status
        // Not before it works: one that crashes whenever it is started would be told as well and ill for ever.
        if (this.#isDown) this.#options.onTrouble('thread', undefined)
        this.#isDown = false
        return
      case 'trouble':
        this.#options.onTrouble(message.subject, message.why)
        return
      case 'shed':
        this.#shedding?.resolve(message.freed)
        this.#shedding = undefined
        return
      case 'closed':
        this.#closing?.resolve()
    }
  }
}
