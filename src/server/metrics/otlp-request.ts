import { setImmediate as breathe } from 'node:timers/promises'
import { type OtlpSender, otlpAttribute, otlpAttributes, otlpResource } from '../../core/otlp-attributes.ts'
import {
  joinProto,
  type ProtoField,
  protoBytes,
  protoDouble,
  protoFixed64,
  protoInteger,
  protoMessage,
  protoText,
} from '../../core/protobuf.ts'
import type { MetricFamily, MetricSample, MetricSeries, MetricSnapshot } from '../../gateway/metrics/index.ts'

/*
 * ExportMetricsServiceRequest of OTLP: opentelemetry/proto/collector/metrics/v1/metrics_service.proto, and metrics/v1, common/v1
 * and resource/v1 for what is in it. The numbers below are the fields' numbers there.
 */

/** Whose metrics they are. */
export interface MetricsResource extends OtlpSender {
  /** What the gateway is called. */
  readonly instance?: string
}

/** AGGREGATION_TEMPORALITY_CUMULATIVE: every value counts from the beginning, so that one that is lost costs nothing. */
const cumulative = 2

/** The request that carries one moment's metrics. Between two families others get their turn: a thousand assets are a megabyte. */
export async function otlpMetricsRequest(
  { series, at, since }: MetricSnapshot,
  resource: MetricsResource,
): Promise<Uint8Array<ArrayBuffer>> {
  const context = {
    times: joinProto([protoFixed64(2, nanoseconds(since)), protoFixed64(3, nanoseconds(at))]),
    attributes: new KnownAttributes(),
  }
  const scope = protoMessage(1, [protoText(1, 'energyweb'), protoText(2, resource.version)])
  const metrics: ProtoField[] = []
  for (const one of series) {
    metrics.push(protoMessage(2, metricOf(one, context)))
    await breathe()
  }
  return joinProto([
    protoMessage(1, [
      protoMessage(
        1,
        otlpAttributes(1, { ...otlpResource(resource), 'service.instance.id': resource.instance }),
      ),
      protoMessage(2, [scope, ...metrics]),
    ]),
  ])
}

/** What all points of one request share. */
interface RequestContext {
  /** When it began and when it was looked at. */
  readonly times: ProtoField
  readonly attributes: KnownAttributes
}

/** A thousand assets stand in dozens of families: each label with its value is written once. */
class KnownAttributes {
  readonly #known = new Map<string, Map<string, ProtoField>>()

  of(field: number, label: string, value: string): ProtoField {
    const key = `${field} ${label}`
    let values = this.#known.get(key)
    if (values === undefined) {
      values = new Map()
      this.#known.set(key, values)
    }
    const known = values.get(value)
    if (known !== undefined) return known
    const made = otlpAttribute(field, label, value)
    values.set(value, made)
    return made
  }
}

function metricOf({ family, samples }: MetricSeries, context: RequestContext): readonly ProtoField[] {
  const points = samples.map(sample => protoMessage(1, pointOf(family, sample, context)))
  const temporality = protoInteger(2, cumulative)
  const data =
    family.type === 'gauge'
      ? protoMessage(5, points)
      : family.type === 'counter'
        ? protoMessage(7, [...points, temporality, protoInteger(3, 1)])
        : protoMessage(9, [...points, temporality])
  // Whoever turns these into Prometheus's names adds `_total` again.
  const name = family.name.replace(/_total$/, '')
  return [protoText(1, name), protoText(2, family.help), protoText(3, unitOf(family)), data]
}

function pointOf(
  family: MetricFamily,
  sample: MetricSample,
  { times, attributes: known }: RequestContext,
): readonly ProtoField[] {
  const attributes = (field: number) =>
    family.labels.map((label, index) => known.of(field, label, sample.labels[index] ?? ''))
  if ('value' in sample) return [...attributes(7), times, protoDouble(4, sample.value)]
  const count = sample.counts.reduce((sum, some) => sum + some, 0)
  return [
    ...attributes(9),
    times,
    protoFixed64(4, BigInt(count)),
    protoDouble(5, sample.sum),
    protoBytes(
      6,
      packed(sample.counts, (view, at, value) => view.setBigUint64(at, BigInt(value), true)),
    ),
    protoBytes(
      7,
      packed(family.bounds ?? [], (view, at, value) => view.setFloat64(at, value, true)),
    ),
  ]
}

/** Repeated numbers of eight bytes stand one after the other. */
function packed(
  values: readonly number[],
  write: (view: DataView, at: number, value: number) => void,
): Uint8Array {
  const bytes = new Uint8Array(8 * values.length)
  const view = new DataView(bytes.buffer)
  for (const [index, value] of values.entries()) write(view, 8 * index, value)
  return bytes
}

const units: Readonly<Record<string, string>> = {
  seconds: 's',
  bytes: 'By',
  joules: 'J',
  grams: 'g',
  ratio: '1',
}

/** By UCUM, as OpenTelemetry asks for it; nothing for what is only counted. */
function unitOf({ name }: MetricFamily): string {
  const suffix = /_(seconds|bytes|joules|grams|ratio)(?:_total)?$/.exec(name)?.[1]
  return suffix === undefined ? '' : (units[suffix] ?? '')
}

function nanoseconds(instant: number): bigint {
  return BigInt(Math.round(instant)) * 1_000_000n
}
