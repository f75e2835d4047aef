import { type Duration, parseDuration } from '../core/duration.ts'
import { EnergywebError, messageOf } from '../core/errors.ts'
import type { Ledger, LineStatus, NetworkStatus } from '../core/ledger.ts'
import type { Log } from '../core/log.ts'
import type { Instant } from '../core/time.ts'
import { Task, type TaskContext, type TaskRun } from '../dispatcher/index.ts'
import type { LedgerStatus } from './status.ts'
import { turns, Wake } from './wake.ts'

/** A ledger that the gateway gives its turns. */
export interface GatewayLedger {
  readonly name: string
  /** Opens it; called after the log is open, again after a failure, and never waited for by a poll. */
  open(options: { signal: AbortSignal }): Promise<Ledger>
  /** Streams whose new entries wake it; default all. */
  readonly streams?: readonly string[]
  /** The longest time between two turns: how soon a receipt is seen. Default 5 s. */
  readonly every?: Duration
}

/** A turn that takes longer than this hangs; it is aborted and begun anew. */
const longestTurn = '10m'
const pauseBetweenTurns = 250

/** Gives one ledger its turns, by the clock and soon after the log has something new for it. */
export class ReportTask extends Task {
  readonly #ledger: GatewayLedger
  readonly #log: () => Log
  readonly #wake: Wake
  #opened: Ledger | undefined
  #stopListening: (() => void) | undefined
  #trouble: string | undefined
  #lastTurn: Instant | undefined
  #lines: readonly LineStatus[] = []

  /** @throws EnergywebError `duration-invalid` */
  constructor(ledger: GatewayLedger, log: () => Log) {
    const wake = new Wake()
    const every = parseDuration(ledger.every ?? '5s')
    const pause = Math.min(pauseBetweenTurns, every)
    super({ name: `report ${ledger.name}`, trigger: turns(wake, { every, pause }), deadline: longestTurn })
    this.#ledger = ledger
    this.#log = log
    this.#wake = wake
  }

  override async prepare({ signal }: TaskContext): Promise<void> {
    const { streams } = this.#ledger
    this.#stopListening ??= this.#log().onAppend(stream => {
      if (streams === undefined || streams.includes(stream)) this.#wake.wake()
    })
    this.#opened = await this.#ledger.open({ signal })
  }

  override async coroutine({ signal, clock }: TaskRun): Promise<void> {
    const ledger = this.#opened
    if (ledger === undefined) throw new EnergywebError('internal', `${this.name} ran before it was prepared`)
    await ledger.work({ signal })
    this.#trouble = undefined
    this.#lastTurn = clock.now()
  }

  override handleError(error: unknown): void {
    this.#trouble = messageOf(error)
  }

  override finish(): void {
    this.#stopListening?.()
  }

  async status(): Promise<LedgerStatus> {
    const { name } = this.#ledger
    this.#lines = (await this.#opened?.status()) ?? this.#lines
    const spending = this.#opened?.spending?.()
    return { ledger: name, lines: this.#lines, trouble: this.#trouble, lastTurn: this.#lastTurn, spending }
  }

  /** The network that the ledger is on; undefined until it is open, and for one without nodes. */
  network(): NetworkStatus | undefined {
    return this.#opened?.network?.()
  }

  /** Its lines need not wait any longer for a key that can sign now. */
  keyIsReady(key: string): void {
    this.#opened?.keyIsReady?.(key)
    this.#wake.wake()
  }

  /** Closes the ledger, after the task has ended and before the log is closed. */
  async close(): Promise<void> {
    await this.#opened?.close()
  }
}
