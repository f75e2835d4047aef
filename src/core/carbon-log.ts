import type { CarbonBasis, CarbonFactor, CarbonIntensity } from './carbon.ts'
import type { CarbonStep } from './carbon-step.ts'
import type { Mass } from './mass.ts'
import type { RawPayload } from './reading.ts'
import type { Instant } from './time.ts'

/** An asset's name has no `/`: no asset can have such a name. */
const suffix = '/carbon'

/** Name of the stream of an asset's carbon register. */
export function carbonStream(asset: string): string {
  return `${asset}${suffix}`
}

/** True for the stream of a carbon register. */
export function isCarbonStream(stream: string): boolean {
  return stream.endsWith(suffix)
}

export interface CarbonOpening {
  /** Name of the asset's stream; it is open. */
  readonly asset: string
  readonly basis: CarbonBasis
  /** The driver; stands in the opening. */
  readonly source: string
  /** What the register starts from, nanograms; default 0. */
  readonly opening?: Mass
}

/** A step that waits for its factor. */
export interface WaitingCarbonStep extends CarbonStep {
  /** When the asset's entry was appended. */
  readonly at: Instant
}

/** What a step is priced with. */
export interface CarbonQuote {
  readonly factor: CarbonFactor
  readonly basis: CarbonBasis
  readonly scope: CarbonIntensity['scope']
  readonly estimated: boolean
  /** Steps priced out of one answer share one object. */
  readonly raw: RawPayload
  readonly provenance: string
}

/** What becomes of a step. */
export interface CarbonVerdict {
  /** Sequence of the asset's entry. */
  readonly sequence: number
  readonly quote?: CarbonQuote
  /** Why there is no factor; instead of a quote. */
  readonly missing?: { readonly reason: string; readonly detail: string }
}

/** A carbon register in short. */
export interface CarbonSummary {
  readonly asset: string
  readonly basis: CarbonBasis
  /** Nanograms. */
  readonly total: Mass
  /** Sequence of the asset's last entry that is settled: priced, known to be missing, or without energy. */
  readonly cursor: number
  /** Steps that wait for their factor within the time that they have. */
  readonly waiting: number
  /** Steps whose factor is missing. */
  readonly missing: number
  /** Why factors are missing now; undefined while they are there. */
  readonly outage: string | undefined
}

/** Carbon registers, in the log. What {@link Log} promises of writing holds here too. */
export interface CarbonLog {
  /**
   * Opens an asset's carbon register, or finds it. One that has priced nothing yet is opened anew when basis or opening differ.
   * @throws EnergywebError `carbon-basis` for one that has priced with the other basis; `stream-unknown`
   */
  openCarbon(opening: CarbonOpening): Promise<CarbonSummary>
  /** The register in short; undefined when the asset has none. */
  carbon(asset: string): Promise<CarbonSummary | undefined>
  /** Steps of an asset that wait, or that are missing, in order. `after` is a sequence, `endsAfter` an instant. */
  carbonSteps(asset: string, query: CarbonStepQuery): Promise<readonly WaitingCarbonStep[]>
  /**
   * Settles steps, all of them or none: each that waits becomes a carbon reading, with a factor or missing; each that is
   * missing and has a quote becomes a revision. What is settled already is passed over.
   * @throws EnergywebError `carbon-law` for another basis, or a step before which another one waits
   */
  priceCarbon(asset: string, verdicts: readonly CarbonVerdict[]): Promise<CarbonSummary>
}

export interface CarbonStepQuery {
  readonly state: 'waiting' | 'missing'
  readonly after?: number
  readonly endsAfter?: Instant
  readonly limit: number
}

/** The carbon register as of one entry of its asset. */
export interface CarbonPoint {
  readonly sequence: number
  /** Opening and all that is priced up to that entry, as known now; nanograms. */
  readonly total: Mass
  /** True when no energy up to that entry waits for its factor. */
  readonly settled: boolean
  /** True when all energy since the opening up to that entry is priced. */
  readonly complete: boolean
}

/** What a ledger asks of carbon registers. */
export interface CarbonBook {
  /** The register as of these entries of an asset's stream; undefined when the asset has none. */
  carbonAt(asset: string, sequences: readonly number[]): Promise<readonly CarbonPoint[] | undefined>
}
