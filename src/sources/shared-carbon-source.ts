import type { CarbonResult, CarbonSource } from '../core/carbon.ts'
import type { Clock } from '../core/clock.ts'
import { type CarbonMemoryOptions, carbonMemory } from './carbon/memory.ts'
import type { Range } from './carbon/ranges.ts'
import { type Flight, takenBack, waitFor } from './flight.ts'

export interface SharedCarbonOptions extends Partial<CarbonMemoryOptions> {
  readonly clock: Clock
  /** Milliseconds for which a failure answers for those who ask for the same time after it. Default 10 s. */
  readonly failedFor?: number
}

/** A read that is under way. */
interface CarbonFlight extends Flight<CarbonResult>, Range {}

const what = 'the request for carbon intensities'

/** Reads of one's own before what is known must do: a service that contradicts itself is not asked for ever. */
const mostReads = 3

const overlap = (a: Range, b: Range) => a.from < b.to && a.to > b.from

/**
 * One source for many assets: reads at the same time are one request, and what is known is not asked for again. Settled
 * values are remembered for a day; estimated ones, and what the service did not have, only shortly. A failure reaches
 * everybody who waits for it. Warnings go to those who waited.
 */
export function sharedCarbonSource(source: CarbonSource, options: SharedCarbonOptions): CarbonSource {
  const { clock, failedFor = 10_000 } = options
  const memory = carbonMemory(options)
  const always = Number.POSITIVE_INFINITY
  const forGood = { clock, settledFor: always, estimatedFor: always, absentFor: always, most: always }
  let flight: CarbonFlight | undefined
  let failure: (Range & { error: unknown; at: number }) | undefined
  let closing: Promise<void> | undefined

  const end = (ended: CarbonFlight) => {
    if (flight === ended) flight = undefined
  }
  const start = (range: Range): CarbonFlight => {
    const abort = new AbortController()
    const done = source.read({ ...range, signal: abort.signal }).then(
      result => {
        memory.learn(range, result.intensities)
        failure = undefined
        return result
      },
      (error: unknown) => {
        if (!abort.signal.aborted) failure = { ...range, error, at: clock.monotonic() }
        throw error
      },
    )
    const started: CarbonFlight = { ...range, done, abort, waiting: 0 }
    const landed = () => end(started)
    done.then(landed, landed)
    flight = started
    return started
  }
  const failedLately = (range: Range) =>
    failure !== undefined && overlap(failure, range) && clock.monotonic() - failure.at < failedFor

  return {
    kind: source.kind,
    basis: source.basis,
    exceptions: source.exceptions,
    provenBy: () => source.provenBy?.() ?? [],
    async read({ from, to, signal }) {
      const range = { from, to }
      const warnings: string[] = []
      // What this read knows, kept until it is complete: meanwhile the common memory may forget some of it.
      const own = carbonMemory(forGood)
      for (let reads = 0; ; ) {
        if (closing !== undefined || signal.aborted) throw takenBack(what, signal)
        own.add(memory.pieces(range))
        const missing = reads < mostReads ? own.missing(range) : undefined
        if (missing === undefined) return { intensities: own.known(range), warnings }
        if (flight === undefined) {
          if (failedLately(missing)) throw failure?.error
          reads++
        }
        const joined = flight ?? start(missing)
        const concerned = overlap(joined, missing)
        try {
          const said = await waitFor(joined, { what, signal, end: () => end(joined) })
          if (concerned) {
            own.learn(joined, said.intensities)
            warnings.push(...said.warnings)
          }
        } catch (error) {
          // Somebody else's time could not be read; this one's may be.
          if (concerned || signal.aborted) throw error
        }
      }
    },
    close() {
      closing ??= source.close()
      flight?.abort.abort()
      return closing
    },
  }
}
