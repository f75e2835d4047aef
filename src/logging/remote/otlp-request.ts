import { otlpAttributes, otlpResource, otlpValue } from '../../core/otlp-attributes.ts'
import {
  joinProto,
  type ProtoField,
  protoFixed64,
  protoInteger,
  protoMessage,
  protoText,
} from '../../core/protobuf.ts'
import type { Severity } from '../log-level.ts'
import type { OtlpDestination, Sender } from './destination.ts'
import { fieldsOf, type SpooledLine } from './line.ts'

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
  const resource = protoMessage(1, otlpAttributes(1, resourceOf(sender, labels)))
  const scope = protoMessage(1, [protoText(1, 'energyweb'), protoText(2, sender.version)])
  const scopeLogs = protoMessage(2, [scope, ...lines.map(logRecord)])
  return joinProto([protoMessage(1, [resource, scopeLogs])])
}

/** Labels may give the service another name; what the process is they don't change. */
function resourceOf(sender: Sender, labels: OtlpDestination['labels']) {
  const own = otlpResource(sender)
  return { ...labels, ...own, 'service.name': labels['service.name'] ?? own['service.name'] }
}

function logRecord(line: SpooledLine): ProtoField {
  const { at, severity, message, id } = line
  const time = BigInt(at) * 1_000_000n
  return protoMessage(2, [
    protoFixed64(1, time),
    protoFixed64(11, time),
    protoInteger(2, severityNumber[severity]),
    protoText(3, severity.toUpperCase()),
    protoMessage(5, otlpValue(message)),
    ...otlpAttributes(6, { ...fieldsOf(line), 'log.record.uid': id }),
  ])
}
