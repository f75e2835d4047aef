import { type Duration, parseDuration } from '../core/duration.ts'
import type { CommitmentKind } from '../core/log.ts'
import type { Channel } from '../core/reading.ts'
import type { RegisterLimits } from '../core/register.ts'
import type { Source } from '../core/source.ts'

/** A plant or a consumer: what is read, how often, and the limits of its register. */
export interface GatewayAsset {
  /** Unique; also the name of its stream in the log. */
  readonly name: string
  readonly source: Source
  readonly channel: Channel
  /** How often it is read. */
  readonly every: Duration
  /** True: at whole intervals since the start, together with all others; default: spread by name. */
  readonly aligned?: boolean
  /** How long one read may take; default `every`, at most 30 s. */
  readonly deadline?: Duration
  /** Default: no capacity, exact, opened at zero. */
  readonly limits?: Partial<RegisterLimits>
  /** How its entries commit to their documents; default `fields`. */
  readonly commitment?: CommitmentKind
}

const longestRead = 30_000

/** Milliseconds that one read of the asset may take. */
export function readDeadline(asset: GatewayAsset): number {
  if (asset.deadline !== undefined) return parseDuration(asset.deadline)
  return Math.min(parseDuration(asset.every), longestRead)
}

/** The limits of the asset's register, with what is left out filled in. */
export function limitsOf(asset: GatewayAsset): RegisterLimits {
  return { resolution: 0n, opening: 'zero', ...asset.limits }
}
