/*
 * The conformance suite of carbon sources, as data, beside that of meters: golden cases of a driver's own, and what a
 * network and a service do to any driver. It needs no test runner.
 */
import type { CarbonIntensity, CarbonSource } from '../core/carbon.ts'
import type { Logger } from '../core/logger.ts'
import { formatInstant, type Instant, parseInstant } from '../core/time.ts'
import {
  type CarbonCase,
  type CarbonExpectation,
  carbonTransportCases,
  type GoldenIntensity,
} from './carbon-conformance-cases.ts'
import { patienceOf } from './case-patience.ts'
import type { ConformanceResult } from './source-conformance.ts'
import { wrongError } from './source-conformance.ts'
import { bodyOf, goldenCases } from './source-conformance-golden.ts'
import { startCaseServer } from './source-conformance-server.ts'

/** A driver of a carbon source under test. */
export interface CarbonSubject {
  /** Where its golden files are. */
  readonly folder: URL
  /** Texts that must never appear in an error or a log, like the password it was opened with. */
  readonly secrets: readonly string[]
  /** Opens it at a loopback server, with a whole exchange limited to `patience` milliseconds and the clock standing at `now`. */
  open(target: {
    origin: string
    options: Readonly<Record<string, unknown>>
    now: Instant
    patience: number
    log: Logger
  }): Promise<CarbonSource> | CarbonSource
}

const longestCase = 20_000
const longestAnswer = 16_777_216

/** All cases of a driver: its golden ones, and its first good answer under everything a network does. */
export function carbonCases(folder: URL): readonly CarbonCase[] {
  const golden = goldenCases<CarbonCase>(folder)
  const [good] = golden
  return good === undefined ? [] : [...golden, ...carbonTransportCases(good)]
}

/** Runs one case; what fails is told in the result. */
export async function runCarbonCase(one: CarbonCase, subject: CarbonSubject): Promise<ConformanceResult> {
  const { name, answers, behaviour, options = {}, now = '2021-03-04T05:07:00Z' } = one
  const began = performance.now()
  const server = await startCaseServer(answers, behaviour, subject.folder)
  const logged: string[] = []
  const { origin } = server
  const source = await subject.open({
    origin,
    options,
    now: parseInstant(now),
    patience: patienceOf(one.expect),
    log: recorder(logged),
  })
  const problems: string[] = []
  try {
    for (const expected of [one.expect].flat())
      problems.push(...(await readOnce(source, { one, expected, subject })))
    const milliseconds = performance.now() - began
    if (milliseconds > longestCase) problems.push(`took ${Math.round(milliseconds)} ms`)
    if (server.longest > longestAnswer) problems.push(`took ${server.longest} bytes of one answer`)
    if (one.requests !== undefined && one.requests !== server.requests)
      problems.push(`expected ${one.requests} requests, got ${server.requests}`)
    if (subject.secrets.some(secret => logged.some(line => line.includes(secret))))
      problems.push('a log line tells a secret')
  } finally {
    await source.close()
    await server.close()
  }
  const milliseconds = performance.now() - began
  return { name, passed: problems.length === 0, detail: problems.join('; '), milliseconds }
}

/** Runs all cases one after the other. */
export async function runCarbonConformance(subject: CarbonSubject): Promise<readonly ConformanceResult[]> {
  const results: ConformanceResult[] = []
  for (const one of carbonCases(subject.folder)) results.push(await runCarbonCase(one, subject))
  return results
}

function recorder(logged: string[]): Logger {
  const record = (fields: object, message: string) => void logged.push(`${message} ${JSON.stringify(fields)}`)
  return { debug: record, info: record, warn: record, error: record }
}

interface Read {
  readonly one: CarbonCase
  readonly expected: CarbonExpectation
  readonly subject: CarbonSubject
}

async function readOnce(source: CarbonSource, { one, expected, subject }: Read): Promise<string[]> {
  const { abortAfter } = one
  const abort = new AbortController()
  if (abortAfter === 0) abort.abort()
  const timer = abortAfter ? setTimeout(() => abort.abort(), abortAfter) : undefined
  const [from, to] = [parseInstant(one.from), parseInstant(one.to)]
  try {
    const { intensities, warnings } = await source.read({ from, to, signal: abort.signal })
    if ('error' in expected) return [`expected ${expected.error}, got ${intensities.length} intensities`]
    return [
      ...differences(intensities, expected.intensities),
      ...unlawful(intensities, { source, from, to }),
      ...(warnings.length === expected.warnings ? [] : [`warnings: ${JSON.stringify(warnings)}`]),
      ...(isSaid(intensities, one, subject.folder) ? [] : ['raw is not what was said']),
    ]
  } catch (error) {
    if ('error' in expected) return wrongError(error, expected.error, subject.secrets)
    return [`expected intensities, got ${error}`]
  } finally {
    clearTimeout(timer)
  }
}

function isSaid(intensities: readonly CarbonIntensity[], { answers }: CarbonCase, folder: URL): boolean {
  const said = Object.values(answers).map(answer => Buffer.from(bodyOf(answer, folder)))
  return intensities.every(({ raw }) => said.some(body => body.equals(raw.bytes)))
}

/** What the interface promises of any answer. */
function unlawful(
  intensities: readonly CarbonIntensity[],
  { source, from, to }: { source: CarbonSource; from: Instant; to: Instant },
): string[] {
  const problems: string[] = []
  for (const [index, one] of intensities.entries()) {
    const next = intensities[index + 1]
    if (one.from >= one.to) problems.push(`the period at ${formatInstant(one.from)} is empty`)
    if (one.from >= to || one.to <= from) problems.push(`${formatInstant(one.from)} was not asked for`)
    if (next !== undefined && next.from < one.to) problems.push(`${formatInstant(next.from)} overlaps`)
    if (one.factor < 0n) problems.push('a factor is below zero')
    if (one.basis !== source.basis) problems.push(`${one.basis} from a source of ${source.basis} factors`)
  }
  return problems
}

function differences(
  intensities: readonly CarbonIntensity[],
  expected: readonly GoldenIntensity[],
): string[] {
  const got = JSON.stringify(intensities.map(toGolden))
  const wanted = JSON.stringify(
    expected.map(({ from, to, factor, basis, scope, estimated }) => ({
      from,
      to,
      factor,
      basis,
      scope,
      estimated,
    })),
  )
  return got === wanted ? [] : [`expected ${wanted}, got ${got}`]
}

function toGolden({ from, to, factor, basis, scope, estimated }: CarbonIntensity): object {
  return {
    from: formatInstant(from),
    to: formatInstant(to),
    factor: factor.toString(),
    basis,
    scope,
    estimated,
  }
}
