import type { Clock } from '../../core/clock.ts'
import { EnergywebError, isEnergywebError } from '../../core/errors.ts'
import type { GatewayApp } from '../gateway-app.ts'
import { isLogTrouble } from '../log-trouble.ts'
import type { GatewayStatus } from '../status.ts'
import { within } from '../within.ts'
import { type AssetLabels, assetLabel } from './asset-labels.ts'
import { measureAssets, measurePolls } from './asset-metrics.ts'
import { measureLedgers, measureNetworks } from './ledger-metrics.ts'
import { type LogFigures, measureDisk, measureLog, measureMessages, measureWitnesses } from './log-metrics.ts'
import type { ProcessMetrics } from './process-metrics.ts'
import { type MetricSnapshot, Snapshot } from './snapshot.ts'
import type { Tally } from './tally.ts'
import { measureKeyStates, measureSignatures, measureTasks } from './task-metrics.ts'
import { WaitingAges } from './waiting-ages.ts'

export interface GatewayMetricsOptions {
  readonly gateway: Pick<
    GatewayApp,
    'status' | 'statistics' | 'assets' | 'gatewayLog' | 'uncovered' | 'keyFigures' | 'clock'
  >
  /** What the gateway tells its observer. */
  readonly tally: Tally
  /** Measures the process; left out where the gateway is not alone in it. */
  readonly process?: ProcessMetrics
  /** Default `names`. */
  readonly assets?: AssetLabels
  /** Of this package. */
  readonly version: string
}

/** The log's thread may hang with its disk: what has not answered by then is left out. */
const longestLook = 5_000
/** What was gathered just now serves whoever else asks. */
const freshFor = 500

/** Gathers what a gateway can say of itself. However many ask at once, it is gathered once. */
export class GatewayMetrics {
  readonly #options: GatewayMetricsOptions
  readonly #clock: Clock
  readonly #since: number
  readonly #ages = new WaitingAges()
  #gathering: Promise<MetricSnapshot> | undefined

  constructor(options: GatewayMetricsOptions) {
    this.#options = options
    this.#clock = options.gateway.clock
    this.#since = this.#clock.now()
  }

  /** What is measured now. It never fails for what can't be known: that is left out. */
  collect(): Promise<MetricSnapshot> {
    if (this.#gathering === undefined) {
      const gathering = this.#gather()
      this.#gathering = gathering
      const forget = () => {
        if (this.#gathering === gathering) this.#gathering = undefined
      }
      gathering.then(() => this.#clock.after(freshFor, forget), forget)
    }
    return this.#gathering
  }

  async #gather(): Promise<MetricSnapshot> {
    const { gateway, tally, process: machine, version } = this.#options
    const snapshot = new Snapshot()
    const seen = await this.#answered(() => this.#look())
    if (seen !== undefined) this.#measure(snapshot, seen)
    measurePolls(snapshot, tally)
    measureSignatures(snapshot, gateway.keyFigures)
    const assets = gateway.assets.map(({ name }) => name)
    measureTasks(snapshot, gateway.statistics(), { assets })
    machine?.measure(snapshot)
    snapshot.add('metricsRefused', [], tally.refusedPoints)
    snapshot.add('buildInfo', [version, process.versions.node], 1)
    snapshot.flag('complete', [], seen?.figures.entries !== undefined)
    return { at: this.#clock.now(), since: this.#since, series: snapshot.series }
  }

  #measure(snapshot: Snapshot, { status, figures }: Seen): void {
    const { tally, assets = 'names' } = this.#options
    const label = assetLabel(
      assets,
      status.assets.map(({ asset }) => asset),
    )
    measureAssets(snapshot, status.assets, { tally, label })
    measureLedgers(snapshot, status, { label, ages: this.#ages })
    measureNetworks(snapshot, status.networks)
    measureLog(snapshot, status, { tally, figures })
    measureWitnesses(snapshot, status)
    measureDisk(snapshot, status)
    measureKeyStates(snapshot, status.keys)
    measureMessages(snapshot, status)
  }

  async #look(): Promise<Seen> {
    const { gateway } = this.#options
    const status = await gateway.status()
    const figures = await this.#figures(status).catch(nothingOfStoppedLog)
    return { status, figures: figures ?? { entries: undefined, uncovered: undefined } }
  }

  async #figures({ ledgers, at }: GatewayStatus): Promise<LogFigures> {
    const { gateway } = this.#options
    const log = gateway.gatewayLog
    const lines = ledgers.flatMap(ledger => ledger.lines)
    const [{ size }, uncovered] = await Promise.all([
      log.head(),
      gateway.uncovered(),
      this.#ages.look(lines, { log, now: at }),
    ])
    return { entries: size, uncovered }
  }

  /** What it answers in time; undefined where it doesn't, or the log stands still. */
  async #answered<Value>(look: () => Promise<Value>): Promise<Value | undefined> {
    try {
      return await within(look, {
        milliseconds: longestLook,
        clock: this.#clock,
        signal: neverAborted,
        timeout: () => new EnergywebError('task-deadline', 'the gateway did not say in time how it stands'),
      })
    } catch (error) {
      if (isEnergywebError(error, 'task-deadline')) return undefined
      return nothingOfStoppedLog(error)
    }
  }
}

interface Seen {
  readonly status: GatewayStatus
  readonly figures: LogFigures
}

const neverAborted = new AbortController().signal

function nothingOfStoppedLog(error: unknown): undefined {
  if (!isLogTrouble(error)) throw error
}
