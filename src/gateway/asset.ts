import type { CarbonSource } from '../core/carbon.ts'
import { type Duration, parseDuration } from '../core/duration.ts'
import type { CommitmentKind } from '../core/log.ts'
import type { Mass } from '../core/mass.ts'
import type { Channel } from '../core/reading.ts'
import type { RegisterLimits } from '../core/register.ts'
import type { Source } from '../core/source.ts'
import type { CronTrigger } from '../dispatcher/index.ts'

/** A plant or a consumer: what is read, how often, and the limits of its register. */
export interface GatewayAsset {
  /** Unique; also the name of its stream in the log. */
  readonly name: string
  readonly source: Source
  readonly channel: Channel
  /** How often it is read. */
  readonly every?: Duration
  /** When it is read, instead of an interval: by wall clock. */
  readonly trigger?: CronTrigger
  /** True: at whole intervals since the start, together with all others; default: spread by name. */
  readonly aligned?: boolean
  /** How long one read may take; default `every`, at most 30 s. */
  readonly deadline?: Duration
  /** Default: no capacity, exact, opened at zero. */
  readonly limits?: Partial<RegisterLimits>
  /** How its entries commit to their documents; default `fields`. */
  readonly commitment?: CommitmentKind
  /** What else is to be known of how a reading came, as it comes: stands in its document behind the driver. */
  readonly provenance?: () => readonly string[]
  /** Prices its energy in CO2; without it none is counted. */
  readonly carbon?: AssetCarbon
}

export interface AssetCarbon {
  /** Assets may share one. The gateway closes it. */
  readonly source: CarbonSource
  /** What its carbon register starts from, nanograms; default 0. */
  readonly opening?: Mass
  /** How long an entry waits for the factor of its time; default 10 minutes. */
  readonly wait?: Duration
}

const longestRead = 30_000

/** Milliseconds that one read of the asset may take. */
export function readDeadline(asset: GatewayAsset): number {
  if (asset.deadline !== undefined) return parseDuration(asset.deadline)
  return asset.every === undefined ? longestRead : Math.min(parseDuration(asset.every), longestRead)
}

/** The limits of the asset's register, with what is left out filled in. */
export function limitsOf(asset: GatewayAsset): RegisterLimits {
  return { resolution: 0n, opening: 'zero', ...asset.limits }
}
