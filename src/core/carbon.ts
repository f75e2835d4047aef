import { parseDecimal } from './energy.ts'
import { EnergywebError } from './errors.ts'
import type { RawPayload } from './reading.ts'
import type { Instant } from './time.ts'

/**
 * What a factor says: how much one more kWh would emit (`marginal`), or what all of the grid's kWh emit (`average`). The two
 * answer different questions and are never added up.
 */
export type CarbonBasis = 'marginal' | 'average'

/** CO2 of one kWh in attograms (10^-18 g): 1 g/kWh is 10^18. Exact for lb/MWh with up to ten decimals. */
export type CarbonFactor = bigint

/** Units in which services give factors, as attograms a kWh in one of them: `factor = digits * unit / 10^scale`. */
export const attogramsPerKilowattHour = {
  'g/kWh': 10n ** 18n,
  'kg/MWh': 10n ** 18n,
  /** One international pound is 0.45359237 kg exactly. */
  'lb/MWh': 453_592_370_000_000_000n,
} as const satisfies Readonly<Record<string, bigint>>

export type CarbonUnit = keyof typeof attogramsPerKilowattHour

/**
 * Reads a factor from decimal text; digits below an attogram are cut off.
 * @throws EnergywebError `energy-invalid` for what is no number, or is below zero
 */
export function parseCarbonFactor(text: string, unit: CarbonUnit): CarbonFactor {
  const { digits, scale } = parseDecimal(text)
  if (digits < 0n) throw new EnergywebError('energy-invalid', `a factor below zero: ${text.slice(0, 64)}`)
  const product = digits * attogramsPerKilowattHour[unit]
  return scale <= 0 ? product * 10n ** BigInt(-scale) : product / 10n ** BigInt(scale)
}

/** What a carbon source said about the time `[from, to)`. */
export interface CarbonIntensity {
  readonly from: Instant
  readonly to: Instant
  readonly factor: CarbonFactor
  readonly basis: CarbonBasis
  /** `direct`: what leaves the stacks; `lifecycle`: building and fuel chain included; undefined where the source does not say. */
  readonly scope?: 'direct' | 'lifecycle'
  /** True for a forecast, an imputed or a configured value. */
  readonly estimated: boolean
  /** Intensities of one answer share one object. */
  readonly raw: RawPayload
}

export interface CarbonRequest {
  /** The time whose factors are wanted: `[from, to)`. */
  readonly from: Instant
  readonly to: Instant
  readonly signal: AbortSignal
}

export interface CarbonResult {
  /**
   * In order of time, without overlaps, of the source's own periods: the first may begin before `from`, the last may end
   * after `to`. A time for which the source has no factor is left out, never invented.
   */
  readonly intensities: readonly CarbonIntensity[]
  /** Irregularities that were survived, in words. */
  readonly warnings: readonly string[]
}

/** A service that knows how much CO2 a kWh stands for, by time. */
export interface CarbonSource {
  /** Like `watttime-v3`; stands in every document's provenance. */
  readonly kind: string
  readonly basis: CarbonBasis
  /** Exceptions from the TLS rule, for the provenance; empty when there are none. */
  readonly exceptions: readonly string[]
  /** How its newest connections were proven, for the provenance of what they brought. */
  provenBy?(): readonly string[]
  /** @throws EnergywebError with a `source-…` code, `tls-refused` or `aborted`; never anything else. */
  read(request: CarbonRequest): Promise<CarbonResult>
  close(): Promise<void>
}
