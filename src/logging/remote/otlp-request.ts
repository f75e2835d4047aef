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
import type { Severity } from '../log-level.ts'
import type { OtlpDestination, Sender } from './destination.ts'
import { fieldsOf, isRecord, type SpooledLine } from './line.ts'

/*
 * ExportLogsServiceRequest of OTLP: opentelemetry/proto/collector/logs/v1/logs_service.proto, and logs/v1, common/v1 and
 * resource/v1 for what is in it. The numbers below are the fields' numbers there.
 */

/** SeverityNumber of logs.proto. */
const severityNumber: Readonly<Record<Severity, number>> = { debug: 5, info: 9, warn: 13, error: 17 }

/** The request that carries messages. */
export function otlpLogsRequest(
  lines: readonly SpooledLine[],
  { sender, labels }: { sender: Sender; labels: OtlpDestination['labels'] },
): Uint8Array<ArrayBuffer> {
  const resource = protoMessage(1, attributes(1, resourceOf(sender, labels)))
  const scope = protoMessage(1, [protoText(1, 'energyweb'), protoText(2, sender.version)])
  const scopeLogs = protoMessage(2, [scope, ...lines.map(logRecord)])
  return joinProto([protoMessage(1, [resource, scopeLogs])])
}

/** Names of the semantic conventions: https://opentelemetry.io/docs/specs/semconv/resource/. */
function resourceOf({ host, version, pid }: Sender, labels: OtlpDestination['labels']) {
  return {
    ...labels,
    'service.name': labels['service.name'] ?? 'energyweb',
    'service.version': version,
    'host.name': host,
    'process.pid': pid,
  }
}

function logRecord(line: SpooledLine): ProtoField {
  const { at, severity, message, id } = line
  const time = BigInt(at) * 1_000_000n
  return protoMessage(2, [
    protoFixed64(1, time),
    protoFixed64(11, time),
    protoInteger(2, severityNumber[severity]),
    protoText(3, severity.toUpperCase()),
    protoMessage(5, anyValue(message)),
    ...attributes(6, { ...fieldsOf(line), 'log.record.uid': id }),
  ])
}

/** KeyValue, of whatever field has them. */
function attributes(field: number, values: Readonly<Record<string, unknown>>): ProtoField[] {
  return Object.entries(values)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([key, value]) => protoMessage(field, [protoText(1, key), protoMessage(2, anyValue(value))]))
}

/** The one field of an AnyValue; none for null. */
function anyValue(value: unknown): ProtoField[] {
  if (typeof value === 'string') return [protoText(1, value)]
  if (typeof value === 'boolean') return [protoInteger(2, value ? 1 : 0)]
  if (typeof value === 'number') {
    return [Number.isSafeInteger(value) ? protoInteger(3, value) : protoDouble(4, value)]
  }
  if (Array.isArray(value)) {
    return [
      protoMessage(
        5,
        value.map(item => protoMessage(1, anyValue(item))),
      ),
    ]
  }
  if (value instanceof Uint8Array) return [protoBytes(7, value)]
  return isRecord(value) ? [protoMessage(6, attributes(1, value))] : []
}
