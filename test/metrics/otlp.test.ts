import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { allMetricFamilies } from '../../src/gateway/metrics/index.ts'
import { otlpMetricsRequest } from '../../src/server/metrics/otlp-request.ts'
import { refusalIn } from '../../src/server/metrics/partial-refusal.ts'
import { missingClients } from '../logs/clients.ts'
import { named } from '../storage/machine.ts'
import { fullMetrics, fullNow } from '../support/full-gateway.ts'

/*
 * What we encode by hand is read by OpenTelemetry's own decoder, made from the protocol's files.
 */

interface Point {
  readonly attributes?: readonly { readonly key: string; readonly value: { readonly stringValue: string } }[]
  readonly startTimeUnixNano: string
  readonly timeUnixNano: string
  readonly asDouble?: number
  readonly count?: string
  readonly sum?: number
  readonly bucketCounts?: readonly string[]
  readonly explicitBounds?: readonly number[]
}
interface Data {
  readonly dataPoints: readonly Point[]
  readonly aggregationTemporality?: string
  readonly isMonotonic?: boolean
}
interface Metric {
  readonly name: string
  readonly unit: string
  readonly description: string
  readonly gauge?: Data
  readonly sum?: Data
  readonly histogram?: Data
}

const folder = fileURLToPath(new URL('../counterparts/log-clients/', import.meta.url))
const missing = missingClients()

function generated() {
  const root = createRequire(folder)('@opentelemetry/otlp-transformer/build/src/generated/root.js')
  return root.opentelemetry.proto.collector.metrics.v1
}

describe.skipIf(missing !== undefined)(named('a decoder of OTLP', missing), () => {
  test('reads every family, its kind, unit, labels, values and times', async () => {
    const { metrics } = await fullMetrics()
    const snapshot = await metrics.collect()
    const bytes = await otlpMetricsRequest(snapshot, {
      version: '1.2.3',
      host: 'box',
      pid: 7,
      instance: 'Roof',
    })
    const type = generated().ExportMetricsServiceRequest
    const request = type.toObject(type.decode(bytes), { longs: String, enums: String })
    const [{ resource, scopeMetrics }] = request.resourceMetrics
    expect(resource.attributes).toEqual([
      { key: 'service.name', value: { stringValue: 'energyweb' } },
      { key: 'service.version', value: { stringValue: '1.2.3' } },
      { key: 'host.name', value: { stringValue: 'box' } },
      { key: 'process.pid', value: { intValue: '7' } },
      { key: 'service.instance.id', value: { stringValue: 'Roof' } },
    ])
    const read: readonly Metric[] = scopeMetrics[0].metrics
    expect(read.map(({ name }) => name)).toEqual(
      allMetricFamilies.map(({ name }) => name.replace(/_total$/, '')),
    )
    const metric = (name: string) => read.find(one => one.name === name)
    const nanoseconds = `${fullNow}000000`
    expect(metric('energyweb_register_joules')).toMatchObject({
      unit: 'J',
      sum: {
        aggregationTemporality: 'AGGREGATION_TEMPORALITY_CUMULATIVE',
        isMonotonic: true,
        dataPoints: [
          {
            attributes: [
              { key: 'asset', value: { stringValue: 'roof' } },
              { key: 'channel', value: { stringValue: 'export' } },
            ],
            asDouble: 4_444_444_080.123,
            startTimeUnixNano: nanoseconds,
            timeUnixNano: nanoseconds,
          },
        ],
      },
    })
    expect(metric('energyweb_disk_autonomy_seconds')).toMatchObject({
      unit: 's',
      gauge: { dataPoints: [{ asDouble: 36_000 }] },
    })
    expect(metric('energyweb_signing_duration_seconds')?.histogram).toMatchObject({
      aggregationTemporality: 'AGGREGATION_TEMPORALITY_CUMULATIVE',
      dataPoints: [
        {
          count: '7',
          sum: 0.035,
          bucketCounts: ['0', '0', '4', '3', '0', '0', '0', '0', '0', '0'],
          explicitBounds: [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
        },
      ],
    })
  })

  test('writes what a collector refuses as we read it', () => {
    const type = generated().ExportMetricsServiceResponse
    const said = (partialSuccess?: object) => ({
      status: 200,
      headers: { 'content-type': 'application/x-protobuf' },
      body: new Uint8Array(type.encode({ ...(partialSuccess && { partialSuccess }) }).finish()),
    })
    expect(refusalIn(said(), 9)).toBeUndefined()
    expect(refusalIn(said({}), 9)).toBeUndefined()
    expect(refusalIn(said({ rejectedDataPoints: 3, errorMessage: 'too old' }), 9)).toEqual({
      points: 3,
      message: '3 of 9 points refused: too old',
    })
    expect(refusalIn(said({ errorMessage: 'use https' }), 9)).toEqual({ points: 0, message: 'use https' })
  })
})
