import type { Clock } from '../core/clock.ts'
import type { EnergywebError } from '../core/errors.ts'

export interface WithinOptions {
  readonly milliseconds: number
  readonly clock: Clock
  /** Whoever waits no longer. */
  readonly signal: AbortSignal
  /** What it fails with when the time is over. */
  readonly timeout: () => EnergywebError
}

/**
 * Does something within a time, also when it doesn't heed its signal: what such a one answers later is dropped.
 * @throws EnergywebError `timeout` when the time is over, else whatever `work` throws or the signal says
 */
export async function within<Value>(
  work: (signal: AbortSignal) => Promise<Value>,
  { milliseconds, clock, signal: given, timeout }: WithinOptions,
): Promise<Value> {
  const controller = new AbortController()
  const pass = () => controller.abort(given.reason)
  if (given.aborted) pass()
  given.addEventListener('abort', pass, { once: true })
  const cancel = clock.after(milliseconds, () => controller.abort(timeout()))
  try {
    return await unlessAborted(
      Promise.try(() => work(controller.signal)),
      controller.signal,
    )
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
