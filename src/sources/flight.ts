import { EnergywebError } from '../core/errors.ts'

/** A run that is under way for everybody who wants it meanwhile, and how many wait for it. */
export interface Flight<Result> {
  readonly done: Promise<Result>
  readonly abort: AbortController
  waiting: number
}

/**
 * Waits for a run under a signal of one's own. The run itself is taken back when nobody waits for it any more.
 * @param options.what - for the message of a waiter that left, like `the log-in`
 * @param options.end - called when the run is taken back: nobody may join it now
 */
export async function waitFor<Result>(
  flight: Flight<Result>,
  { what, signal, end }: { readonly what: string; readonly signal: AbortSignal; readonly end: () => void },
): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<never>()
  const leave = () => reject(takenBack(what, signal))
  flight.waiting++
  signal.addEventListener('abort', leave, { once: true })
  try {
    return await Promise.race([flight.done, promise])
  } finally {
    signal.removeEventListener('abort', leave)
    flight.waiting--
    if (flight.waiting === 0) {
      end()
      flight.abort.abort()
    }
  }
}

/** What a waiter is told that left. */
export function takenBack(what: string, signal: AbortSignal): EnergywebError {
  return new EnergywebError('aborted', `${what} was taken back`, {
    cause: signal.reason,
    hint: 'Nothing is wrong with the source; the gateway stopped waiting.',
  })
}
