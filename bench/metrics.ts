/**
 * What metrics cost: a poll that is counted, a scrape of a thousand assets, the same sent by OTLP; beside prom-client, which counts and
 * renders the same series, and OpenTelemetry's own serializer, which writes the same request. Rounds alternate in one process.
 */
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import {
  type MetricSeries,
  type MetricSnapshot,
  metricFamilies,
  Tally,
} from '../src/gateway/metrics/index.ts'
import { formatExposition } from '../src/server/index.ts'
import { otlpMetricsRequest } from '../src/server/metrics/otlp-request.ts'
import { installCounterpart } from '../test/counterparts/install.ts'
import { fullMetrics, manyAssets } from '../test/support/full-gateway.ts'
import { boundRow, type FigureResult, ratioRow } from './figure.ts'
import { median } from './median.ts'
import { OtherRegistry } from './other-registry.ts'
import { otherSerializer } from './other-serializer.ts'

const assets = 1_000
const rounds = 9
const warmUp = 3
const polls = 200_000
const pack = promisify(gzip)

export async function metricsRows(): Promise<readonly FigureResult[]> {
  const missing = installCounterpart('prom-client') ?? installCounterpart('log-clients')
  if (missing !== undefined) throw new Error(missing)
  const { metrics } = await fullMetrics({ gateway: manyAssets(assets) })
  const snapshot = await metrics.collect()
  const other = new OtherRegistry(snapshot.series)
  return [
    await countingRow(other),
    ...(await renderingRows(snapshot.series, other)),
    await sendingRow(snapshot),
    await gatheringRow(),
  ]
}

/** What a poll of one asset costs whoever counts it: its durations, and what became of its reading. */
async function countingRow(other: OtherRegistry): Promise<FigureResult> {
  const tally = new Tally({ now: Date.now })
  const register = {} as never
  const ours = () => {
    for (let i = 0; i < polls; i++) {
      tally.observe({
        type: 'readings-recorded',
        asset: 'roof',
        readings: [],
        statuses: ['counted'],
        register,
      })
      tally.observe({
        type: 'poll-ended',
        asset: 'roof',
        source: 'simulator',
        duration: 40,
        lateness: 5,
        recording: 3,
        code: undefined,
      })
    }
  }
  const { readings, pollDuration, pollLateness, recordDuration } = metricFamilies
  const [counted, took, late, recorded] = [readings, pollDuration, pollLateness, recordDuration].map(family =>
    other.of(family),
  )
  const theirs = () => {
    for (let i = 0; i < polls; i++) {
      counted?.inc({ asset: 'roof', channel: 'export', outcome: 'counted' })
      took?.observe({ source: 'simulator' }, 0.04)
      late?.observe({}, 0.005)
      recorded?.observe({}, 0.003)
    }
  }
  const measured = await alternate(ours, theirs)
  const nanoseconds = (milliseconds: number) => (milliseconds * 1e6) / polls
  return ratioRow('a poll counted, against prom-client', {
    ours: nanoseconds(measured.ours),
    theirs: nanoseconds(measured.theirs),
    unit: 'ns',
    goal: 1,
    better: 'less',
  })
}

async function renderingRows(
  series: readonly MetricSeries[],
  other: OtherRegistry,
): Promise<readonly FigureResult[]> {
  const measured = await alternate(
    () => formatExposition(series, 'prometheus'),
    () => other.metrics(),
  )
  const text = formatExposition(series, 'prometheus')
  const samples = series.reduce((sum, one) => sum + one.samples.length, 0)
  const of = `a scrape of ${assets.toLocaleString('en')} assets (${samples.toLocaleString('en')} samples)`
  return [
    ratioRow(`${of} written, against prom-client`, { ...measured, unit: 'ms', goal: 1, better: 'less' }),
    boundRow(`${of}: text`, { value: text.length / 1e6, unit: 'MB', goal: 2.5 }),
    boundRow(`${of}: packed`, { value: (await pack(text)).length / 1e3, unit: 'kB', goal: 120 }),
  ]
}

async function sendingRow(snapshot: MetricSnapshot): Promise<FigureResult> {
  const other = otherSerializer(snapshot)
  const measured = await alternate(
    () => otlpMetricsRequest(snapshot, { version: '1.0.0', host: 'box', pid: 1 }),
    other,
  )
  return ratioRow("the same written for OTLP, against OpenTelemetry's serializer", {
    ...measured,
    unit: 'ms',
    goal: 1,
    better: 'less',
  })
}

/** From the gateway's status to series. */
async function gatheringRow(): Promise<FigureResult> {
  const times: number[] = []
  for (let round = 0; round < rounds + warmUp; round++) {
    const { metrics } = await fullMetrics({ gateway: manyAssets(assets) })
    const began = performance.now()
    await metrics.collect()
    if (round >= warmUp) times.push(performance.now() - began)
  }
  return boundRow('the same gathered from the status', { value: median(times), unit: 'ms', goal: 100 })
}

/** Medians of milliseconds, in turn, the first rounds left out. */
async function alternate(
  ours: () => unknown,
  theirs: () => unknown,
): Promise<{ readonly ours: number; readonly theirs: number }> {
  const times = { ours: [] as number[], theirs: [] as number[] }
  for (let round = 0; round < rounds + warmUp; round++) {
    for (const [name, run] of Object.entries({ ours, theirs })) {
      const began = performance.now()
      await run()
      if (round >= warmUp) times[name === 'ours' ? 'ours' : 'theirs'].push(performance.now() - began)
    }
  }
  return { ours: median(times.ours), theirs: median(times.theirs) }
}
