import type { CarbonLog, CarbonSummary, CarbonVerdict, WaitingCarbonStep } from '../core/carbon-log.ts'
import { parseDuration } from '../core/duration.ts'
import type { EnergywebError } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import type { Instant } from '../core/time.ts'
import type { GatewayAsset } from './asset.ts'
import type { CarbonAnswers } from './carbon-quotes.ts'

/** How long a step waits for its factor when nothing else is configured. */
export const defaultCarbonWait = '10m'
/** Steps of one asset in one turn. */
const window = 256
/** Steps whose energy flowed before this are asked for only once a run. */
const longestRetry = 30 * 86_400_000
/** A factor that is not published yet is asked for again after so long. */
const lookAgain = 60_000

/** What is due for one asset. */
export interface DueSteps {
  readonly waiting: readonly WaitingCarbonStep[]
  readonly missing: readonly WaitingCarbonStep[]
}

/** One asset's carbon register while the gateway runs: what waits, and when to look again. */
export class CarbonAccount {
  readonly asset: GatewayAsset
  readonly #wait: number
  readonly #log: CarbonLog
  /** The asset's stream may have something new. */
  #dirty = true
  #lookAt = Number.POSITIVE_INFINITY
  /** Where the next look at missing steps begins, and whether all of them have been asked for in this run. */
  #retriedUpTo = -1
  #retriedAll = false
  #summary: CarbonSummary

  private constructor(asset: GatewayAsset, log: CarbonLog, summary: CarbonSummary) {
    this.asset = asset
    this.#log = log
    this.#summary = summary
    this.#wait = carbonWait(asset)
  }

  /** @throws EnergywebError `carbon-basis`, what the log throws */
  static async open(asset: GatewayAsset, log: Log, carbonLog: CarbonLog): Promise<CarbonAccount | undefined> {
    const { name, source, carbon, commitment } = asset
    if (carbon === undefined) return undefined
    await log.openStream({ name, source: source.kind, ...(commitment !== undefined && { commitment }) })
    const { opening } = carbon
    const summary = await carbonLog.openCarbon({
      asset: name,
      basis: carbon.source.basis,
      source: carbon.source.kind,
      ...(opening !== undefined && { opening }),
    })
    return new CarbonAccount(asset, carbonLog, summary)
  }

  get summary(): CarbonSummary {
    return this.#summary
  }

  grown(): void {
    this.#dirty = true
  }

  /** What is to be asked for now; missing steps only when it is their turn. */
  async due(now: Instant, retry: boolean): Promise<DueSteps> {
    const { name } = this.asset
    let waiting: readonly WaitingCarbonStep[] = []
    if (this.#dirty || now >= this.#lookAt) {
      // What fails from here on is looked at again.
      this.#lookAt = now
      this.#dirty = false
      waiting = await this.#log.carbonSteps(name, { state: 'waiting', limit: window })
      if (waiting.length === 0) this.#lookAt = Number.POSITIVE_INFINITY
    }
    const missing = retry && this.#summary.missing > 0 ? await this.#missing(now) : []
    return { waiting, missing }
  }

  async #missing(now: Instant): Promise<readonly WaitingCarbonStep[]> {
    const steps = await this.#log.carbonSteps(this.asset.name, {
      state: 'missing',
      after: this.#retriedUpTo,
      limit: window,
      ...(this.#retriedAll && { endsAfter: now - longestRetry }),
    })
    const more = steps.length === window
    this.#retriedUpTo = more ? (steps.at(-1)?.sequence ?? -1) : -1
    if (!more) this.#retriedAll = true
    return steps
  }

  /** Prices what has a factor, and says of what has waited too long that there is none. Answers what was settled. */
  async settle(
    { waiting, missing }: DueSteps,
    answers: CarbonAnswers,
    now: Instant,
  ): Promise<readonly CarbonVerdict[]> {
    const verdicts: CarbonVerdict[] = missing.flatMap(step => {
      const quote = answers.quote(step)
      return quote === undefined ? [] : [{ sequence: step.sequence, quote }]
    })
    let next: WaitingCarbonStep | undefined
    for (const step of waiting) {
      const { sequence } = step
      const quote = answers.quote(step)
      if (quote !== undefined) verdicts.push({ sequence, quote })
      // The absolute: an entry of a time to come, as after a clock was put back, must not hold up all others until then.
      else if (Math.abs(now - step.at) >= this.#wait)
        verdicts.push({ sequence, missing: reasonOf(answers.failureOf(step)) })
      else {
        // Steps are settled in order: those behind this one wait with it.
        next = step
        break
      }
    }
    if (verdicts.length > 0) this.#summary = await this.#log.priceCarbon(this.asset.name, verdicts)
    if (waiting.length > 0) this.#lookAt = this.#nextLook(next, { now, more: waiting.length === window })
    return verdicts
  }

  #nextLook(next: WaitingCarbonStep | undefined, { now, more }: { now: Instant; more: boolean }): Instant {
    if (next === undefined) return more ? now : Number.POSITIVE_INFINITY
    return Math.min(next.at + this.#wait, now + Math.min(lookAgain, this.#wait / 4))
  }
}

/** Milliseconds that a step of the asset waits for its factor. @throws EnergywebError `duration-invalid` */
export function carbonWait({ carbon }: GatewayAsset): number {
  return parseDuration(carbon?.wait ?? defaultCarbonWait)
}

function reasonOf(failure: EnergywebError | undefined): { reason: string; detail: string } {
  if (failure === undefined)
    return { reason: 'source-empty', detail: 'the source has no factor for this time' }
  return { reason: failure.code, detail: failure.message.slice(0, 500).toWellFormed() }
}
