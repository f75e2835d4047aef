import { EnergywebError } from '../core/errors.ts'

/** A run that is under way, and how many wait for it. */
interface Flight<Result> {
  readonly done: Promise<Result>
  readonly abort: AbortController
  waiting: number
}

/**
 * Runs one thing for everybody who wants it meanwhile, like a log-in: who comes while it runs waits for the same outcome,
 * under a signal of their own. It is taken back when nobody waits for it any more.
 *
 * @param what - for the message of a waiter that left, like `the log-in`
 */
export function sharedFlight<Result>(
  what: string,
  run: (signal: AbortSignal) => Promise<Result>,
): (signal: AbortSignal) => Promise<Result> {
  let flight: Flight<Result> | undefined

  const start = (): Flight<Result> => {
    const abort = new AbortController()
    const started: Flight<Result> = { done: run(abort.signal), abort, waiting: 0 }
    const end = () => {
      if (flight === started) flight = undefined
    }
    started.done.then(end, end)
    flight = started
    return started
  }

  return async signal => {
    if (signal.aborted) throw takenBack(what, signal)
    const joined = flight ?? start()
    const { promise, reject } = Promise.withResolvers<never>()
    const leave = () => reject(takenBack(what, signal))
    joined.waiting++
    signal.addEventListener('abort', leave, { once: true })
    try {
      return await Promise.race([joined.done, promise])
    } finally {
      signal.removeEventListener('abort', leave)
      joined.waiting--
      if (joined.waiting === 0) {
        if (flight === joined) flight = undefined
        joined.abort.abort()
      }
    }
  }
}

function takenBack(what: string, signal: AbortSignal): EnergywebError {
  return new EnergywebError('aborted', `${what} was taken back`, {
    cause: signal.reason,
    hint: 'Nothing is wrong with the source; the gateway stopped waiting.',
  })
}
