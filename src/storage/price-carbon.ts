import type { CarbonDocumentOf } from '../core/carbon-document.ts'
import type { CarbonQuote, CarbonSummary, CarbonVerdict } from '../core/carbon-log.ts'
import {
  type CarbonEvent,
  type CarbonState,
  chargeCarbon,
  type FindOpenStep,
  openStepOf,
} from '../core/carbon-register.ts'
import { EnergywebError } from '../core/errors.ts'
import { faultPoint } from '../core/fault-point.ts'
import type { RawPayload } from '../core/reading.ts'
import { formatInstant, type Instant } from '../core/time.ts'
import { type CarbonPair, contentOf, leafOf, pairOf, summaryOf } from './carbon-pair.ts'
import { fillStep, findStep, openSteps, type StepRow, settleStep } from './carbon-steps.ts'
import type { EntryContent } from './compose-entry.ts'
import { type HashedPayload, payloadHasher } from './payloads.ts'
import type { Store } from './store.ts'

/*
 * Carbon registers are written like readings: judge (the carbon law, nothing written), compose, write; entries, the register
 * and the steps they settle in one transaction.
 */

export interface PriceCarbonInput {
  readonly asset: string
  readonly verdicts: readonly CarbonVerdict[]
  readonly at: Instant
}

/** Settles steps of one asset, all of them or none. */
export function priceCarbon(store: Store, { asset: name, verdicts, at }: PriceCarbonInput): CarbonSummary {
  const pricing = new Pricing(store, pairOf(store, name))
  for (const verdict of verdicts) pricing.take(verdict)
  pricing.write(at)
  return summaryOf(store, pairOf(store, name))
}

/** Collects the entries that verdicts make, and what they do to the rows of the steps. */
class Pricing {
  readonly #store: Store
  readonly #pair: CarbonPair
  readonly #hashed: (payload: RawPayload) => HashedPayload
  readonly #contents: { readonly content: EntryContent; readonly payload: HashedPayload | undefined }[] = []
  readonly #settle: (() => void)[] = []
  /** Steps that verdicts of this request have settled. */
  readonly #taken = new Set<number>()
  #state: CarbonState

  constructor(store: Store, pair: CarbonPair) {
    this.#store = store
    this.#pair = pair
    this.#state = pair.carbon
    this.#hashed = payloadHasher(store.composer.hashes)
  }

  /** @throws EnergywebError `carbon-law` */
  take(verdict: CarbonVerdict): void {
    const { sql } = this.#store
    const { asset } = this.#pair
    const step = findStep(sql, asset.id, verdict.sequence)
    if (step === undefined) {
      throw new EnergywebError(
        'carbon-law',
        `entry ${verdict.sequence} of ${asset.name} has no energy to price`,
      )
    }
    if (this.#taken.has(step.sequence) || step.state === 'counted') return
    this.#taken.add(step.sequence)
    if (step.state === 'waiting') this.#takeWaiting(step, verdict)
    else if (verdict.quote !== undefined) this.#takeMissing(step, verdict.quote)
  }

  #takeWaiting(step: StepRow, { quote, missing }: CarbonVerdict): void {
    const { sql } = this.#store
    const { id } = this.#pair.asset
    const [next] = openSteps(sql, id, { state: 'waiting', after: this.#state.cursor, limit: 1 })
    if (next?.sequence !== step.sequence) {
      throw new EnergywebError(
        'carbon-law',
        `entry ${step.sequence} is priced before entry ${next?.sequence}`,
      )
    }
    if (quote === undefined && missing === undefined) {
      throw new EnergywebError(
        'carbon-law',
        `entry ${step.sequence} has neither a factor nor a reason for none`,
      )
    }
    const { base } = this.#state
    if (missing !== undefined && quote === undefined && this.#state.outage !== missing.reason) {
      const from = formatInstant(step.from)
      const document = { detail: missing.detail, from, reason: missing.reason, to: null }
      this.#push({ kind: 'gap', document }, undefined)
    }
    const reason = quote === undefined ? (missing?.reason ?? null) : null
    const entry = this.#push(
      { kind: 'reading', document: this.#reading(step, { quote, reason }) },
      quote?.raw,
    )
    const { sequence } = step
    const state = quote === undefined ? 'missing' : 'counted'
    this.#settle.push(() => settleStep(sql, id, { sequence, state, entry, base }))
  }

  #takeMissing(step: StepRow, quote: CarbonQuote): void {
    const { sequence, entry } = step
    if (entry === undefined)
      throw new EnergywebError('log-corrupt', `step ${sequence} is missing without an entry`)
    const reading = this.#reading(step, { quote, reason: null })
    const before = this.#state.filled
    const document = { ...reading, before: null, revises: BigInt(entry) }
    this.#push({ kind: 'revision', document }, quote.raw, at =>
      at === entry ? openStepOf(reading) : undefined,
    )
    const filled = this.#state.filled - before
    const { sql } = this.#store
    this.#settle.push(() => fillStep(sql, this.#pair.asset.id, { sequence, filled }))
  }

  #reading(
    { sequence, energy, from, to }: StepRow,
    { quote, reason }: { quote: CarbonQuote | undefined; reason: string | null },
  ): CarbonDocumentOf<'reading'> {
    const { asset } = this.#pair
    const raw = quote && this.#hashed(quote.raw)
    return {
      basis: quote?.basis ?? null,
      carbon: null,
      cid: raw?.cid ?? null,
      energy,
      entry: leafOf(this.#store.sql, asset.id, sequence),
      estimated: quote?.estimated ?? null,
      factor: quote?.factor ?? null,
      from: formatInstant(from),
      provenance: quote?.provenance ?? asset.source,
      raw: raw?.name ?? null,
      reading: BigInt(sequence),
      reason,
      scope: quote?.scope ?? null,
      status: quote === undefined ? 'missing' : 'counted',
      stream: asset.publicId,
      to: formatInstant(to),
      total: null,
    }
  }

  /** Answers the entry's sequence. */
  #push(event: CarbonEvent, raw: RawPayload | undefined, open: FindOpenStep = () => undefined): number {
    const { state, figures } = chargeCarbon(this.#state, event, open)
    // The figures of a kind are fields of its schema.
    const content = contentOf({ ...event, document: { ...event.document, ...figures } } as CarbonEvent)
    this.#contents.push({ content, payload: raw && this.#hashed(raw) })
    this.#state = state
    return this.#pair.stream.sequence + this.#contents.length
  }

  write(at: Instant): void {
    if (this.#contents.length === 0) return
    const { stream } = this.#pair
    const entries = this.#store.compose(
      stream,
      this.#contents.map(({ content }) => content),
      at,
    )
    const rows = this.#contents.map(
      ({ payload }) => payload && this.#store.keepPayload(payload.payload, payload.hash),
    )
    this.#store.write({ ...stream, carbon: this.#state }, entries, {
      register: stream.register,
      raw: position => rows[position],
    })
    faultPoint('storage/before-carbon-settled')
    for (const settle of this.#settle) settle()
  }
}
