/** The same metrics by OpenTelemetry's own serializer. */
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { MetricFamily, MetricSample, MetricSnapshot } from '../src/gateway/metrics/index.ts'

/** `DataPointType` and `AggregationTemporality` of @opentelemetry/sdk-metrics. */
const pointTypes = { histogram: 0, gauge: 2, counter: 3 } as const
const cumulative = 1

interface Serializer {
  serializeRequest(resourceMetrics: object): Uint8Array
}

/** Makes the object that its SDK would collect, once; what is measured is what writes it. */
export function otherSerializer({ series, at, since }: MetricSnapshot): () => Uint8Array {
  const folder = fileURLToPath(new URL('../test/counterparts/log-clients/', import.meta.url))
  const { ProtobufMetricsSerializer }: { ProtobufMetricsSerializer: Serializer } = createRequire(folder)(
    '@opentelemetry/otlp-transformer',
  )
  const times = { startTime: timeOf(since), endTime: timeOf(at) }
  const metrics = series.map(({ family, samples }) => ({
    descriptor: { name: family.name, description: family.help, unit: '', type: family.type, valueType: 1 },
    aggregationTemporality: cumulative,
    dataPointType: pointTypes[family.type],
    isMonotonic: family.type === 'counter',
    dataPoints: samples.map(sample => ({ ...times, ...pointOf(family, sample) })),
  }))
  const scope = { name: 'energyweb', version: '1.0.0' }
  const resource = { attributes: { 'service.name': 'energyweb' } }
  const collected = { resource, scopeMetrics: [{ scope, metrics }] }
  return () => ProtobufMetricsSerializer.serializeRequest(collected)
}

function timeOf(milliseconds: number): [number, number] {
  return [Math.floor(milliseconds / 1_000), Math.round((milliseconds % 1_000) * 1e6)]
}

function pointOf({ labels, bounds = [] }: MetricFamily, sample: MetricSample) {
  const attributes = Object.fromEntries(labels.map((label, i) => [label, sample.labels[i] ?? '']))
  if ('value' in sample) return { attributes, value: sample.value }
  const count = sample.counts.reduce((sum, some) => sum + some, 0)
  const buckets = { boundaries: bounds, counts: sample.counts }
  return { attributes, value: { buckets, count, sum: sample.sum } }
}
