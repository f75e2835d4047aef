import type { Instant } from './time.ts'

/**
 * Where time comes from. Everything that waits or stamps takes one, so that tests run in virtual time
 * and a demonstration can run a day in a minute.
 */
export interface Clock {
  /** The wall clock. It may jump. */
  now(): Instant
  /** Milliseconds since some fixed moment; never jumps, never goes back. Schedules use this one. */
  monotonic(): number
  /** Calls `callback` once after `milliseconds` of this clock; the answer cancels it. */
  after(milliseconds: number, callback: () => void): () => void
}

const longestTimeout = 2_147_483_647

function after(milliseconds: number, callback: () => void): () => void {
  if (milliseconds > longestTimeout) {
    let cancel = after(longestTimeout, () => {
      cancel = after(milliseconds - longestTimeout, callback)
    })
    return () => cancel()
  }
  const timer = setTimeout(callback, Math.max(0, milliseconds))
  return () => clearTimeout(timer)
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after,
}

/**
 * A clock that runs `factor` times as fast as another from `start` on.
 * @param options.start - what the new clock says at first; default the other's now.
 */
export function scaledClock(factor: number, options: { clock?: Clock; start?: Instant } = {}): Clock {
  const clock = options.clock ?? systemClock
  const origin = clock.monotonic()
  const start = options.start ?? clock.now()
  const elapsed = () => (clock.monotonic() - origin) * factor
  return {
    now: () => Math.floor(start + elapsed()),
    monotonic: elapsed,
    after: (milliseconds, callback) => clock.after(milliseconds / factor, callback),
  }
}

/**
 * Waits; rejects with the signal's reason when it aborts first.
 */
export function sleep(milliseconds: number, options: { clock: Clock; signal?: AbortSignal }): Promise<void> {
  const { clock, signal } = options
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason)
      return
    }
    const abort = () => {
      cancel()
      reject(signal?.reason)
    }
    const cancel = clock.after(milliseconds, () => {
      signal?.removeEventListener('abort', abort)
      resolve()
    })
    signal?.addEventListener('abort', abort, { once: true })
  })
}
