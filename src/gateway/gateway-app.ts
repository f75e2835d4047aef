import { type Duration, parseDuration } from '../core/duration.ts'
import type { Eraser } from '../core/erasure.ts'
import { EnergywebError, messageOf } from '../core/errors.ts'
import type { LineStatus, NetworkStatus } from '../core/ledger.ts'
import type { Instant } from '../core/time.ts'
import { App, type RunOptions } from '../dispatcher/index.ts'
import type { GatewayAsset } from './asset.ts'
import { CarbonTasks } from './carbon-tasks.ts'
import { CheckpointTasks } from './checkpoint-tasks.ts'
import { closeAll } from './close-all.ts'
import type { ReportStores } from './control-resume.ts'
import { DiskTask } from './disk-task.ts'
import type { GatewayEvent } from './events.ts'
import type { GatewayOptions } from './gateway-options.ts'
import { logAnswers } from './log-answers.ts'
import type { KeyFigures } from './metrics/key-figures.ts'
import { PollTask } from './poll-task.ts'
import { type GatewayLog, RecoveryTask } from './recovery-task.ts'
import { type GatewayLedger, ReportTask } from './report-task.ts'
import { SelfCheckTask } from './self-check-task.ts'
import type { AssetStatus, GatewayStatus } from './status.ts'

/** An attempt to bring the log back that takes longer than this hangs; the pauses between two are 5 minutes at most. */
const longestAttempt = 15 * 60_000

/**
 * A gateway: an app that polls assets into a log and reports them to ledgers. Extend it with tasks, sources and ledgers of
 * your own; `prepare`, `configure` and `finish` are yours, the gateway's own work doesn't hang on them.
 * @example
 * class MyGateway extends GatewayApp {
 *   override configure() {
 *     this.addAsset({ name: 'garden', source: mySource, channel: 'export', every: '1m' })
 *     this.addTask(task({ every: '1h', run: () => console.log('still here') }))
 *   }
 * }
 */
export class GatewayApp extends App {
  readonly #options: GatewayOptions
  readonly #polls: PollTask[] = []
  readonly #assets: GatewayAsset[] = []
  readonly #reports: ReportTask[] = []
  readonly #carbons: CarbonTasks
  readonly #recovery: RecoveryTask
  readonly #checkpoints: CheckpointTasks
  readonly #disk: DiskTask | undefined
  readonly #selfCheck: SelfCheckTask | undefined
  readonly #closeWithin: Duration
  #log: GatewayLog | undefined
  #watching = false
  #since: Instant | undefined

  /** @throws EnergywebError `duration-invalid`, `argument-invalid` when two assets share a name */
  constructor(options: GatewayOptions) {
    super(options)
    this.#options = options
    this.#closeWithin = options.grace ?? '5s'
    const log = () => this.gatewayLog
    this.#recovery = new RecoveryTask(log, event => this.#report(event))
    this.#checkpoints = new CheckpointTasks(options, {
      log,
      clock: this.clock,
      report: event => this.#report(event),
    })
    this.#carbons = new CarbonTasks({
      log,
      carbonLog: options.carbonLog,
      report: event => this.#report(event),
      random: this.random,
      start: task => this.addTask(task),
    })
    this.#disk = options.disk && new DiskTask(options.disk, { log, lines: () => this.#lines() })
    this.#selfCheck = options.selfCheck === undefined ? undefined : new SelfCheckTask(log, options.selfCheck)
    options.onKeyReady?.(key => this.#keyIsReady(key))
    for (const asset of options.assets ?? []) this.addAsset(asset)
    for (const ledger of options.ledgers ?? []) this.addLedger(ledger)
    for (const task of options.tasks ?? []) this.addTask(task)
  }

  /**
   * The log, open while the gateway runs.
   * @throws EnergywebError `log-closed` before and after
   */
  get gatewayLog(): GatewayLog {
    if (this.#log !== undefined) return this.#log
    throw new EnergywebError('log-closed', "the gateway's log is not open", {
      hint: 'It is open from prepare() to finish().',
    })
  }

  /**
   * What is kept of the report lines; undefined when the gateway was not given it.
   * @throws EnergywebError `log-closed` while the log is not open
   */
  get reportStores(): ReportStores | undefined {
    return this.#options.reportStores?.()
  }

  /** The text without any secret that the gateway was told of. */
  redact(text: string): string {
    return this.#options.redact?.(text) ?? text
  }

  /**
   * What erases documents; undefined when the gateway was not given it.
   * @throws EnergywebError `log-closed` while the log is not open
   */
  get eraser(): Eraser | undefined {
    return this.#options.eraser?.()
  }

  /**
   * Signs a checkpoint of the log now, if one is due; false when none is, or none are configured.
   * @throws EnergywebError `log-closed`, `key-unavailable`, `log-io`
   */
  checkpoint(options: { signal: AbortSignal }): Promise<boolean> {
    return this.#checkpoints.signNow(options)
  }

  /** How many entries no signed checkpoint covers; undefined where none are signed. @throws EnergywebError `log-closed`, `log-io` */
  uncovered(): Promise<number | undefined> {
    return this.#checkpoints.uncovered()
  }

  /** What the keys have signed so far. */
  get keyFigures(): readonly KeyFigures[] {
    return this.#options.keyFigures?.() ?? []
  }

  /** The assets so far, in the order in which they were added. */
  get assets(): readonly GatewayAsset[] {
    return this.#assets
  }

  /**
   * Adds an asset; while the gateway runs, its first poll comes at once. The gateway closes its source.
   * @throws EnergywebError `argument-invalid` when the name is taken; `duration-invalid`
   */
  addAsset(asset: GatewayAsset): this {
    if (this.#assets.some(({ name }) => name === asset.name)) {
      throw new EnergywebError('argument-invalid', `there is an asset "${asset.name}" already`, {
        hint: 'Each asset has a register and a stream of its own: give it a name of its own.',
      })
    }
    this.#watchLog()
    const poll = new PollTask(asset, {
      log: () => this.gatewayLog,
      report: event => this.#report(event),
      redact: text => this.redact(text),
    })
    this.addTask(poll)
    this.#polls.push(poll)
    this.#assets.push(asset)
    this.#carbons.addAsset(asset)
    return this
  }

  /**
   * Adds a ledger and gives it its turns. The gateway closes it.
   * @throws EnergywebError `duration-invalid`
   */
  addLedger(ledger: GatewayLedger): this {
    this.#watchLog()
    const report = new ReportTask(ledger, () => this.gatewayLog)
    this.addTask(report)
    this.#reports.push(report)
    return this
  }

  /** Ends the polls and leaves everything else at work: what the log has goes on to the ledgers. */
  async stopPolls(): Promise<void> {
    await Promise.all(this.#polls.map(poll => this.removeTask(poll)))
  }

  /** What has waited for the key goes on now, whatever pause it was in. */
  #keyIsReady(key: string): void {
    for (const report of this.#reports) report.keyIsReady(key)
    this.#checkpoints.keyIsReady()
  }

  /** Ledgers may share a network. */
  #networks(): readonly NetworkStatus[] {
    const all = this.#reports.flatMap(report => report.network() ?? [])
    return [...new Map(all.map(network => [network.network, network])).values()]
  }

  #assetStatus(poll: PollTask): AssetStatus {
    const status = poll.status()
    return { ...status, carbon: this.#carbons.statusOf(status.asset) }
  }

  /** How the gateway stands now. */
  async status(): Promise<GatewayStatus> {
    return {
      at: this.clock.now(),
      assets: this.#polls.map(poll => this.#assetStatus(poll)),
      ledgers: await Promise.all(this.#reports.map(report => report.status())),
      networks: this.#networks(),
      keys: this.#options.keys?.() ?? [],
      ...this.#checkpoints.status(),
      logTrouble: this.#recovery.trouble,
      since: this.#since,
      disk: this.#disk?.status,
      drainOf: line => this.#disk?.drainOf(line) ?? { perHour: undefined, arrivingPerHour: undefined },
      remoteLog: this.#options.remoteLog?.(),
      selfCheck: this.#selfCheck?.status,
      clockTrouble: this.#selfCheck?.clockTrouble,
    }
  }

  /**
   * True while the log answers, or has stopped and is being brought back: what a new start of the process would mend is
   * not the case. For whoever watches over the process.
   */
  async isHealthy({ signal }: { signal: AbortSignal }): Promise<boolean> {
    if (this.#recovery.trouble !== undefined) {
      return this.clock.monotonic() - this.#recovery.attemptedAt < longestAttempt
    }
    return logAnswers(this.gatewayLog, signal)
  }

  /**
   * Opens the log, runs until `signal` aborts or a signal of the system comes, then closes in this order: polls, ledgers'
   * turns, the last checkpoint, the published log, sources, ledgers, the log.
   * @throws EnergywebError whatever opening the log throws; else as {@link App.run}
   */
  override async run(options: RunOptions = {}): Promise<void> {
    const errors: unknown[] = []
    try {
      if (!options.signal?.aborted) await this.#start(options)
    } catch (error) {
      errors.push(error)
    }
    errors.push(...(await this.#close()))
    if (errors.length > 1) {
      const message = `${errors.length} errors: ${errors.slice(0, 3).map(messageOf).join('; ')}`
      throw new EnergywebError('app-failed', message, { cause: new AggregateError(errors) })
    }
    if (errors.length === 1) throw errors[0]
  }

  async #start(options: RunOptions): Promise<void> {
    this.#log = await this.#options.openLog()
    this.#log.onCommit?.(duration => this.#report({ type: 'log-committed', duration }))
    this.#since = this.clock.now()
    await this.#checkpoints.begin()
    for (const task of [...this.#checkpoints.all, this.#disk, this.#selfCheck]) {
      if (task !== undefined) this.addTask(task)
    }
    await super.run(options)
  }

  async #lines(): Promise<readonly LineStatus[]> {
    const ledgers = await Promise.all(this.#reports.map(report => report.status()))
    return ledgers.flatMap(({ lines }) => lines)
  }

  #watchLog(): void {
    if (this.#watching) return
    this.#watching = true
    this.addTask(this.#recovery)
  }

  /** Every step runs, whatever the one before throws, and none for ever. */
  #close(): Promise<readonly unknown[]> {
    const log = this.#log
    const checkpoints = this.#checkpoints
    return closeAll(
      [
        {
          what: 'the last checkpoint',
          close: async signal => {
            if (log !== undefined && this.#recovery.trouble === undefined)
              await checkpoints.signLast({ signal, clock: this.clock })
          },
        },
        {
          what: 'the published log',
          close: async signal => {
            if (log !== undefined) await checkpoints.publishLast({ signal })
          },
        },
        ...this.#assets.map(({ name, source }) => ({
          what: `source of ${name}`,
          close: () => source.close(),
        })),
        ...this.#carbons.all.map(({ source, name }) => ({
          what: `carbon source of ${name}`,
          close: () => source.close(),
        })),
        ...this.#reports.map(report => ({ what: report.name, close: () => report.close() })),
        { what: 'what the gateway opened', close: async () => this.#options.close?.() },
        {
          what: 'the log',
          close: async () => {
            this.#log = undefined
            await log?.close()
          },
        },
      ],
      { clock: this.clock, log: this.log, milliseconds: parseDuration(this.#closeWithin) },
    )
  }

  #report(event: GatewayEvent): void {
    try {
      this.#options.onGatewayEvent?.(event)
    } catch (error) {
      this.log.error({ error }, `the observer of the gateway failed: ${messageOf(error)}`)
    }
  }
}
