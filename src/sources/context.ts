import { openHttpClient } from '../connections/http-client.ts'
import type { HttpLimits } from '../connections/http-exchange.ts'
import type { Clock } from '../core/clock.ts'
import type { Logger } from '../core/logger.ts'
import type { SourceContext } from '../core/source.ts'

export interface SourceContextOptions {
  readonly clock: Clock
  readonly log: Logger
  /** Default `Math.random`. */
  readonly random?: () => number
  readonly limits?: Partial<HttpLimits>
}

/** What drivers get from outside, with real HTTP in it. */
export function sourceContext(options: SourceContextOptions): SourceContext {
  const { clock, log, random = Math.random, limits } = options
  return {
    clock,
    log,
    random,
    http: policy => openHttpClient({ ...policy, ...(limits && { limits }) }),
  }
}
