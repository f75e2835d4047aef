import type { Clock } from '../core/clock.ts'
import { EnergywebError } from '../core/errors.ts'
import type { ReadRequest, Source, SourceResult } from '../core/source.ts'
import { within } from './within.ts'

export interface ReadWithinOptions {
  readonly milliseconds: number
  readonly clock: Clock
  /** Who waits, for the message. */
  readonly asset: string
}

/**
 * Reads a source within a time, also one that doesn't heed its signal: what such a one answers later is dropped.
 * @throws EnergywebError `source-timeout` when the time is over, else whatever the source or the signal says.
 */
export function readWithin(
  source: Source,
  request: ReadRequest,
  { milliseconds, clock, asset }: ReadWithinOptions,
): Promise<SourceResult> {
  return within(signal => source.read({ ...request, signal }), {
    milliseconds,
    clock,
    signal: request.signal,
    timeout: () =>
      new EnergywebError('source-timeout', `${asset}: no answer within ${milliseconds} ms`, {
        hint: 'Is the device switched on and reachable?',
        retryable: true,
      }),
  })
}
