import type { Clock } from '../core/clock.ts'
import { EnergywebError } from '../core/errors.ts'
import type { ReadRequest, Source, SourceResult } from '../core/source.ts'

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
export async function readWithin(
  source: Source,
  request: ReadRequest,
  options: ReadWithinOptions,
): Promise<SourceResult> {
  const { milliseconds, clock, asset } = options
  const controller = new AbortController()
  const given = request.signal
  const pass = () => controller.abort(given.reason)
  if (given.aborted) pass()
  given.addEventListener('abort', pass, { once: true })
  const cancel = clock.after(milliseconds, () =>
    controller.abort(
      new EnergywebError('source-timeout', `${asset}: no answer within ${milliseconds} ms`, {
        hint: 'Is the device switched on and reachable?',
        retryable: true,
      }),
    ),
  )
  try {
    const reading = Promise.try(() => source.read({ ...request, signal: controller.signal }))
    return await unlessAborted(reading, controller.signal)
  } finally {
    cancel()
    given.removeEventListener('abort', pass)
  }
}

/** The promise's outcome, but the signal's own reason once it has aborted. */
function unlessAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
