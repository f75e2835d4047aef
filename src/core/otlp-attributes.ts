import {
  type ProtoField,
  protoBytes,
  protoDouble,
  protoInteger,
  protoMessage,
  protoText,
} from './protobuf.ts'

/** Who sends by OTLP: what messages and metrics say of it alike. */
export interface OtlpSender {
  /** Of this package. */
  readonly version: string
  readonly host: string
  readonly pid: number
}

/** Attributes of the sender by the semantic conventions: https://opentelemetry.io/docs/specs/semconv/resource/. */
export function otlpResource({ version, host, pid }: OtlpSender): Readonly<Record<string, unknown>> {
  return { 'service.name': 'energyweb', 'service.version': version, 'host.name': host, 'process.pid': pid }
}

/** Several KeyValue of opentelemetry/proto/common/v1/common.proto, in whatever field has them; those without a value are left out. */
export function otlpAttributes(field: number, values: Readonly<Record<string, unknown>>): ProtoField[] {
  return Object.entries(values)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([key, value]) => otlpAttribute(field, key, value))
}

/** One KeyValue. */
export function otlpAttribute(field: number, key: string, value: unknown): ProtoField {
  return protoMessage(field, [protoText(1, key), protoMessage(2, otlpValue(value))])
}

/** The one field of an AnyValue; none for null. */
export function otlpValue(value: unknown): ProtoField[] {
  if (typeof value === 'string') return [protoText(1, value)]
  if (typeof value === 'boolean') return [protoInteger(2, value ? 1 : 0)]
  if (typeof value === 'number') {
    return [Number.isSafeInteger(value) ? protoInteger(3, value) : protoDouble(4, value)]
  }
  if (Array.isArray(value)) {
    return [
      protoMessage(
        5,
        value.map(item => protoMessage(1, otlpValue(item))),
      ),
    ]
  }
  if (value instanceof Uint8Array) return [protoBytes(7, value)]
  return typeof value === 'object' && value !== null ? [protoMessage(6, otlpAttributes(1, { ...value }))] : []
}
