import type { CarbonIntensity, CarbonSource } from '../core/carbon.ts'
import type { CarbonQuote } from '../core/carbon-log.ts'
import { meanFactor } from '../core/carbon-pricing.ts'
import type { Clock } from '../core/clock.ts'
import { EnergywebError, toEnergywebError } from '../core/errors.ts'
import type { RawPayload } from '../core/reading.ts'
import type { TimeRange } from '../core/register.ts'
import { formatInstant, type Instant } from '../core/time.ts'
import { within } from './within.ts'

/** The longest time that one request asks for: services give a day or a month at once, not years. */
const longestRequest = 86_400_000
const longestRead = 30_000
/** One failure may be that of one time; two in one turn are the source's. */
const mostFailures = 2
const mostRemembered = 1_024

/** What a carbon source said about a number of spans. */
export interface CarbonAnswers {
  /** What a span is priced with; undefined when the source has no factor for all of it. */
  quote(span: TimeRange): CarbonQuote | undefined
  /** Why the source could not be asked, or not for everything. */
  readonly failure: EnergywebError | undefined
  /** Why there is no answer for a span; undefined where the source has answered. */
  failureOf(span: TimeRange): EnergywebError | undefined
  /** True when it answered for some of the spans at least. */
  readonly answered: boolean
  readonly warnings: readonly string[]
}

/**
 * Asks for the factors of spans, in few requests. The second failure ends the asking: what came before it counts. One time that
 * the source can't tell (too long, or too long ago) must not keep it from telling the others: those that failed the last time
 * come last.
 * @throws the signal's reason, and nothing else
 */
export async function askCarbon(
  source: CarbonSource,
  spans: readonly TimeRange[],
  { clock, signal, failed = new FailedTimes() }: { clock: Clock; signal: AbortSignal; failed?: FailedTimes },
): Promise<CarbonAnswers> {
  const intensities: CarbonIntensity[] = []
  const warnings: string[] = []
  const failures: { readonly range: TimeRange; readonly error: EnergywebError }[] = []
  const told: TimeRange[] = []
  for (const range of failed.toTheEnd(requestsFor(spans))) {
    try {
      const result = await within(given => source.read({ ...range, signal: given }), {
        milliseconds: longestRead,
        clock,
        signal,
        timeout: () => noAnswer(source),
      })
      requireBasis(source, result.intensities)
      intensities.push(...result.intensities)
      warnings.push(...result.warnings)
      told.push(range)
      failed.delete(range)
    } catch (error) {
      signal.throwIfAborted()
      failures.push({ range, error: toEnergywebError(error) })
      failed.add(range)
      if (failures.length === mostFailures) break
    }
  }
  const failure = failures.at(-1)?.error
  intensities.sort((a, b) => a.from - b.from)
  const provenance = [source.kind, ...source.exceptions, ...(source.provenBy?.() ?? [])].join('; ')
  const together = joiner()
  return {
    failure,
    answered: told.length > 0,
    warnings,
    failureOf(span) {
      if (told.some(range => holds(range, span))) return undefined
      return failures.find(({ range }) => holds(range, span))?.error ?? failure
    },
    quote(span) {
      const mean = meanFactor(intensities, span)
      if (mean === undefined) return undefined
      const { factor, scope, estimated, raws } = mean
      return { factor, basis: source.basis, scope, estimated, raw: together(raws), provenance }
    },
  }
}

function holds(range: TimeRange, { from, to }: TimeRange): boolean {
  return range.from <= from && to <= range.to
}

/** The times that a source could not tell when it was asked last, by their beginnings. */
export class FailedTimes {
  readonly #beginnings = new Set<Instant>()

  add({ from }: TimeRange): void {
    const [oldest] = this.#beginnings
    if (oldest !== undefined && this.#beginnings.size >= mostRemembered) this.#beginnings.delete(oldest)
    this.#beginnings.add(from)
  }

  delete({ from }: TimeRange): void {
    this.#beginnings.delete(from)
  }

  toTheEnd(ranges: readonly TimeRange[]): readonly TimeRange[] {
    const has = ({ from }: TimeRange) => this.#beginnings.has(from)
    return [...ranges.filter(range => !has(range)), ...ranges.filter(has)]
  }
}

function noAnswer({ kind }: CarbonSource): EnergywebError {
  return new EnergywebError('source-timeout', `${kind}: no factors within ${longestRead} ms`, {
    retryable: true,
  })
}

/** A service that mixes what must never be added up is not believed at all. */
function requireBasis({ kind, basis }: CarbonSource, intensities: readonly CarbonIntensity[]): void {
  const other = intensities.find(intensity => intensity.basis !== basis)
  if (other === undefined) return
  const when = formatInstant(other.from)
  throw new EnergywebError(
    'source-malformed',
    `${kind}: one ${other.basis} factor (${when}) among ${basis} ones`,
  )
}

/** As few ranges as hold all spans: those that touch are one, and none is longer than a request may be. */
export function requestsFor(spans: readonly TimeRange[]): readonly TimeRange[] {
  const requests: TimeRange[] = []
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from || a.to - b.to)) {
    const last = requests.at(-1)
    if (last !== undefined && from <= last.to && Math.max(last.to, to) - last.from <= longestRequest) {
      requests[requests.length - 1] = { from: last.from, to: Math.max(last.to, to) }
    } else requests.push({ from, to })
  }
  return requests
}

/**
 * Answers a function that makes one payload of several: their bytes one after the other, a line feed between them. A span
 * that begins in one answer and ends in another is priced with both.
 */
function joiner(): (raws: readonly RawPayload[]) => RawPayload {
  const known = new Map<RawPayload, { readonly raws: readonly RawPayload[]; readonly joined: RawPayload }[]>()
  return raws => {
    const [first] = raws
    if (first === undefined || raws.length === 1)
      return first ?? { bytes: new Uint8Array(), mediaType: 'text/plain' }
    const before = known.get(first) ?? []
    const same = before.find(
      one => one.raws.length === raws.length && one.raws.every((raw, i) => raw === raws[i]),
    )
    if (same !== undefined) return same.joined
    const bytes = Buffer.concat(
      raws.flatMap((raw, i) => (i === 0 ? [raw.bytes] : [Buffer.from('\n'), raw.bytes])),
    )
    const joined = { bytes, mediaType: first.mediaType }
    known.set(first, [...before, { raws, joined }])
    return joined
  }
}
