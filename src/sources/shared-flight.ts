import { type Flight, takenBack, waitFor } from './flight.ts'

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
  const end = (ended: Flight<Result>) => {
    if (flight === ended) flight = undefined
  }

  const start = (): Flight<Result> => {
    const abort = new AbortController()
    const started: Flight<Result> = { done: run(abort.signal), abort, waiting: 0 }
    const landed = () => end(started)
    started.done.then(landed, landed)
    flight = started
    return started
  }

  return async signal => {
    if (signal.aborted) throw takenBack(what, signal)
    const joined = flight ?? start()
    return waitFor(joined, { what, signal, end: () => end(joined) })
  }
}
