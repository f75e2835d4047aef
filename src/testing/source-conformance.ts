/*
 * The conformance suite of sources, as data: cases with what a server does and what must come of it, and a function
 * that runs one. It needs no test runner. A driver's own cases are golden files; what a network does to any driver is
 * in `transportCases`.
 */
import { EnergywebError, isEnergywebError } from '../core/errors.ts'
import type { SourceReading } from '../core/reading.ts'
import type { Source } from '../core/source.ts'
import { formatInstant, type Instant, parseInstant } from '../core/time.ts'
import { patienceOf } from './case-patience.ts'
import {
  type GoldenReading,
  type SourceCase,
  type SourceExpectation,
  transportCases,
} from './source-conformance-cases.ts'
import { bodyOf, goldenSourceCases } from './source-conformance-golden.ts'
import { type CaseServer, startCaseServer } from './source-conformance-server.ts'

/** A driver under test. */
export interface SourceSubject {
  /** Where its golden files are. */
  readonly folder: URL
  /** Texts that must never appear in an error, like the password it was opened with. */
  readonly secrets: readonly string[]
  /** Opens it at a loopback server, with a whole exchange limited to `patience` milliseconds and the clock standing at `now`. */
  open(target: {
    origin: string
    options: Readonly<Record<string, unknown>>
    now: Instant
    patience: number
  }): Promise<Source> | Source
}

export interface ConformanceResult {
  readonly name: string
  readonly passed: boolean
  /** What was wrong; empty when it passed. */
  readonly detail: string
  readonly milliseconds: number
}

const longestCase = 20_000
const longestAnswer = 16_777_216

/** All cases of a driver: its golden ones, and its first good answer under everything a network does. */
export function sourceCases(folder: URL): readonly SourceCase[] {
  const golden = goldenSourceCases(folder)
  const [good] = golden
  return good === undefined ? [] : [...golden, ...transportCases(good)]
}

/** Runs one case; what fails is told in the result. */
export async function runSourceCase(
  conformanceCase: SourceCase,
  subject: SourceSubject,
): Promise<ConformanceResult> {
  const { name, answers, behaviour, options = {}, now = '2021-03-04T05:07:00Z' } = conformanceCase
  const began = performance.now()
  const server = await startCaseServer(answers, behaviour, subject.folder)
  const patience = patienceOf(conformanceCase.expect)
  const source = await subject.open({ origin: server.origin, options, now: parseInstant(now), patience })
  const problems: string[] = []
  try {
    for (const expected of [conformanceCase.expect].flat()) {
      problems.push(...(await readOnce(source, conformanceCase, expected, subject)))
    }
    problems.push(...boundsOf(server, performance.now() - began))
  } finally {
    await source.close()
    await server.close()
  }
  const milliseconds = performance.now() - began
  return { name, passed: problems.length === 0, detail: problems.join('; '), milliseconds }
}

/** Runs all cases one after the other. */
export async function runSourceConformance(subject: SourceSubject): Promise<readonly ConformanceResult[]> {
  const results: ConformanceResult[] = []
  for (const conformanceCase of sourceCases(subject.folder))
    results.push(await runSourceCase(conformanceCase, subject))
  return results
}

function boundsOf(server: CaseServer, milliseconds: number): string[] {
  const problems: string[] = []
  if (milliseconds > longestCase) problems.push(`took ${Math.round(milliseconds)} ms`)
  if (server.longest > longestAnswer) problems.push(`took ${server.longest} bytes of one answer`)
  return problems
}

async function readOnce(
  source: Source,
  { channel, since, abortAfter, answers }: SourceCase,
  expected: SourceExpectation,
  subject: SourceSubject,
): Promise<string[]> {
  const abort = new AbortController()
  if (abortAfter === 0) abort.abort()
  const timer = abortAfter ? setTimeout(() => abort.abort(), abortAfter) : undefined
  const request = {
    channel,
    signal: abort.signal,
    ...(since !== undefined && { since: parseInstant(since) }),
  }
  try {
    const { readings, warnings } = await source.read(request)
    if ('error' in expected) return [`expected ${expected.error}, got ${readings.length} readings`]
    const said = Object.values(answers).map(answer => Buffer.from(bodyOf(answer, subject.folder)))
    return [
      ...differences(readings, expected.readings),
      ...(warnings.length === expected.warnings ? [] : [`warnings: ${JSON.stringify(warnings)}`]),
      ...(readings.every(({ raw }) => said.some(body => body.equals(raw.bytes)))
        ? []
        : ['raw is not what was said']),
    ]
  } catch (error) {
    if ('error' in expected) return wrongError(error, expected.error, subject.secrets)
    return [`expected readings, got ${error}`]
  } finally {
    clearTimeout(timer)
  }
}

function differences(readings: readonly SourceReading[], expected: readonly GoldenReading[]): string[] {
  const got = JSON.stringify(readings.map(toGolden))
  const wanted = JSON.stringify(expected.map(sorted))
  return got === wanted ? [] : [`expected ${wanted}, got ${got}`]
}

function toGolden(reading: SourceReading): object {
  const { channel, kind, energy, fraction, measuredAt, from, device } = reading
  return sorted({
    channel,
    kind,
    energy: energy.toString(),
    fraction,
    measuredAt: formatInstant(measuredAt),
    ...(from !== undefined && { from: formatInstant(from) }),
    device: { ...device },
  })
}

function sorted(reading: GoldenReading): object {
  const entries = Object.entries(reading).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(
    entries.map(([key, value]) => [key, typeof value === 'object' ? Object.entries(value).sort() : value]),
  )
}

/** What is wrong with an error that was expected; empty when nothing is. */
export function wrongError(error: unknown, code: string, secrets: readonly string[]): string[] {
  if (!isEnergywebError(error)) return [`threw something that is no EnergywebError: ${error}`]
  const problems: string[] = []
  if (error.code !== code) problems.push(`expected ${code}, got ${error.code}: ${error.message}`)
  if (!error.hint) problems.push('there is no hint')
  if (secrets.some(secret => textOf(error).includes(secret))) problems.push('the error tells a secret')
  return problems
}

/** Everything of an error and its causes that could reach a log. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const hint = error instanceof EnergywebError ? error.hint : ''
  return [error.message, hint, error.stack, textOf(error.cause)].join('\n')
}
