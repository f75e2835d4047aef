import type { CarbonSource } from '../core/carbon.ts'
import type { CarbonLog, CarbonVerdict } from '../core/carbon-log.ts'
import { EnergywebError, messageOf } from '../core/errors.ts'
import { faultPoint } from '../core/fault-point.ts'
import type { Log } from '../core/log.ts'
import { formatMass } from '../core/mass.ts'
import { formatInstant } from '../core/time.ts'
import { backOffMilliseconds, Task, type TaskContext, type TaskRun } from '../dispatcher/index.ts'
import type { GatewayAsset } from './asset.ts'
import { CarbonAccount, carbonWait, type DueSteps } from './carbon-account.ts'
import { askCarbon, type CarbonAnswers, FailedTimes } from './carbon-quotes.ts'
import type { GatewayObserver } from './events.ts'
import { isLogTrouble } from './log-trouble.ts'
import type { CarbonStatus } from './status.ts'
import { turns, Wake } from './wake.ts'

export interface CarbonContext {
  /** Open by the time a task prepares. */
  readonly log: () => Log
  readonly carbonLog: () => CarbonLog
  readonly report: GatewayObserver
  /** 0 <= n < 1; only back-off asks. */
  readonly random: () => number
}

/** How often a turn looks whether anything is due; new entries wake it at once. */
const longestPause = 5_000
const shortestPause = 250
/** Missing factors are asked for again after so long, then after twice that and so on. */
const firstRetry = 300_000
const longestRetry = 6 * 3_600_000

/** An asset whose register is not open yet, or that can't be. */
interface Waiting {
  readonly asset: GatewayAsset
  trouble: string | undefined
  retryAt: number
}

/**
 * Prices the steps of all assets that share one carbon source. It follows the log, so a poll never waits for it; a source that
 * fails is asked again with back-off, and delays nobody else.
 */
export class CarbonTask extends Task {
  readonly source: CarbonSource
  readonly #context: CarbonContext
  readonly #wake: Wake
  readonly #unopened: Waiting[] = []
  readonly #accounts: CarbonAccount[] = []
  #stopListening: (() => void) | undefined
  /** By asset: what its last turn met. */
  readonly #troubles = new Map<string, string>()
  readonly #failedTimes = new FailedTimes()
  #failures = 0
  #failure: EnergywebError | undefined
  #askAt = 0
  #retryAt = 0
  #retries = 0

  constructor(source: CarbonSource, name: string, context: CarbonContext) {
    const wake = new Wake()
    super({ name, trigger: turns(wake, { every: longestPause, pause: shortestPause }), deadline: '10m' })
    this.source = source
    this.#context = context
    this.#wake = wake
  }

  /** @throws EnergywebError `duration-invalid` */
  addAsset(asset: GatewayAsset): void {
    carbonWait(asset)
    this.#unopened.push({ asset, trouble: undefined, retryAt: 0 })
    this.#wake.wake()
  }

  override prepare(_: TaskContext): void {
    this.#stopListening ??= this.#context.log().onAppend(stream => {
      const account = this.#accounts.find(({ asset }) => asset.name === stream)
      if (account === undefined) return
      account.grown()
      this.#wake.wake()
    })
  }

  override finish(): void {
    this.#stopListening?.()
  }

  override async coroutine(run: TaskRun): Promise<void> {
    await this.#open(run)
    const now = run.clock.now()
    const retry = run.clock.monotonic() >= this.#retryAt
    const due: [CarbonAccount, DueSteps][] = []
    for (const account of this.#accounts) {
      const steps = await account.due(now, retry)
      if (steps.waiting.length + steps.missing.length > 0) due.push([account, steps])
    }
    if (due.length === 0) return
    const answers = await this.#ask(
      due.flatMap(([, { waiting, missing }]) => [...waiting, ...missing]),
      run,
    )
    faultPoint('gateway/carbon-answered')
    let filled = false
    for (const [account, steps] of due) {
      const verdicts = await this.#settle(account, { steps, answers }, run)
      filled ||= verdicts.some(({ sequence }) => steps.missing.some(step => step.sequence === sequence))
      faultPoint('gateway/carbon-priced')
    }
    if (!retry) return
    // Where some came, others may be there too.
    this.#retries = filled ? 0 : this.#retries + 1
    const pause = filled ? 0 : Math.min(longestRetry, firstRetry * 2 ** Math.min(this.#retries - 1, 16))
    this.#retryAt = run.clock.monotonic() + pause
  }

  /** Opens the registers that are not. One that can't be is its own asset's trouble; its readings go on. */
  async #open({ clock, log }: TaskRun): Promise<void> {
    for (const waiting of [...this.#unopened]) {
      if (clock.monotonic() < waiting.retryAt) continue
      const { asset } = waiting
      try {
        const account = await CarbonAccount.open(asset, this.#context.log(), this.#context.carbonLog())
        this.#unopened.splice(this.#unopened.indexOf(waiting), 1)
        if (account !== undefined) this.#accounts.push(account)
      } catch (error) {
        if (isLogTrouble(error)) throw error
        const trouble = messageOf(error)
        if (waiting.trouble !== trouble) {
          const hint = error instanceof EnergywebError ? error.hint : undefined
          log.error({ asset: asset.name, hint }, `its CO2 is not counted: ${trouble}`)
        }
        waiting.trouble = trouble
        waiting.retryAt = clock.monotonic() + firstRetry
      }
    }
  }

  /** Asks the source, unless it has just failed. */
  async #ask(spans: DueSteps['waiting'], { clock, signal, log }: TaskRun): Promise<CarbonAnswers> {
    if (clock.monotonic() < this.#askAt) {
      const failure = this.#failure
      return { quote: () => undefined, failureOf: () => failure, failure, answered: false, warnings: [] }
    }
    const answers = await askCarbon(this.source, spans, { clock, signal, failed: this.#failedTimes })
    const { failure, warnings } = answers
    for (const warning of warnings) log.warn({ source: this.source.kind }, warning)
    if (failure === undefined) {
      if (this.#failure !== undefined) {
        log.info({ source: this.source.kind }, `${this.source.kind} answers again`)
        this.#retryAt = 0
      }
      this.#failures = 0
    } else {
      // One that answers at all is not left alone for long: only a time of it is out of reach.
      this.#failures = answers.answered ? 1 : this.#failures + 1
      this.#askAt = clock.monotonic() + backOffMilliseconds(this.#failures, this.#context.random())
      if (this.#failure?.code !== failure.code) {
        log.warn(
          { source: this.source.kind, reason: failure.code, hint: failure.hint },
          `no CO2 factors: ${failure.message}`,
        )
      }
    }
    this.#failure = failure
    return answers
  }

  async #settle(
    account: CarbonAccount,
    { steps, answers }: { steps: DueSteps; answers: CarbonAnswers },
    { clock, log }: TaskRun,
  ): Promise<readonly CarbonVerdict[]> {
    const { name: asset } = account.asset
    const before = account.summary
    try {
      const verdicts = await account.settle(steps, answers, clock.now())
      this.#troubles.delete(asset)
      const { summary } = account
      if (verdicts.length > 0) this.#context.report({ type: 'carbon-priced', asset, carbon: summary })
      if (summary.outage !== undefined && summary.outage !== before.outage) {
        const since = formatInstant(steps.waiting[0]?.from ?? clock.now())
        log.warn(
          { asset, reason: summary.outage },
          `${asset}: no factor for the time from ${since} (${summary.outage}); it is filled in when there is one`,
        )
        this.#context.report({ type: 'carbon-missing', asset, reason: summary.outage, carbon: summary })
      }
      if (summary.missing > before.missing) {
        this.#retries = 0
        this.#retryAt = Math.min(this.#retryAt, clock.monotonic() + firstRetry)
      }
      if (summary.missing < before.missing) {
        log.info(
          { asset, total: summary.total },
          `${asset}: missing CO2 was filled in: ${formatMass(summary.total)}`,
        )
      }
      return verdicts
    } catch (error) {
      if (isLogTrouble(error)) throw error
      const trouble = messageOf(error)
      if (this.#troubles.get(asset) !== trouble) log.error({ asset }, `its CO2 is not counted: ${trouble}`)
      this.#troubles.set(asset, trouble)
      return []
    }
  }

  /** What the status shows of an asset; undefined when it is not priced here. */
  status(asset: string): CarbonStatus | undefined {
    const waiting = this.#unopened.find(one => one.asset.name === asset)
    if (waiting !== undefined) return { register: undefined, trouble: waiting.trouble }
    const account = this.#accounts.find(one => one.asset.name === asset)
    if (account === undefined) return undefined
    const { summary } = account
    const silent = this.#failure === undefined ? undefined : `${this.#failure.code}: ${this.#failure.message}`
    return { register: summary, trouble: this.#troubles.get(asset) ?? silent }
  }
}
