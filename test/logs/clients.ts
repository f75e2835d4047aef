import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { installCounterpart } from '../counterparts/install.ts'

const folder = fileURLToPath(new URL('../counterparts/log-clients/', import.meta.url))

/** Why what others wrote is missing here; undefined when it is there. */
export function missingClients(): string | undefined {
  return installCounterpart('log-clients')
}

interface Decoded {
  readonly resourceLogs: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] }
    readonly scopeLogs: readonly {
      readonly scope: { readonly name: string; readonly version: string }
      readonly logRecords: readonly OtlpRecord[]
    }[]
  }[]
}

export interface KeyValue {
  readonly key: string
  readonly value: Readonly<Record<string, unknown>>
}

/** A log record as OpenTelemetry's own code reads it; 64-bit numbers as text. */
export interface OtlpRecord {
  readonly timeUnixNano: string
  readonly observedTimeUnixNano: string
  readonly severityNumber: number
  readonly severityText: string
  readonly body: Readonly<Record<string, unknown>>
  readonly attributes: readonly KeyValue[]
}

/** Decodes a request by the code that OpenTelemetry generated from its .proto files (protobufjs). */
export function decodeOtlp(bytes: Uint8Array): Decoded {
  const require = createRequire(`${folder}package.json`)
  const root = require('@opentelemetry/otlp-transformer/build/src/generated/root')
  const type = root.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest
  return type.toObject(type.decode(bytes), { longs: String, defaults: false })
}

/** A response as OpenTelemetry's own code writes it. */
export function encodeOtlpResponse(rejected: number, message: string): Uint8Array {
  const require = createRequire(`${folder}package.json`)
  const root = require('@opentelemetry/otlp-transformer/build/src/generated/root')
  const type = root.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse
  if (rejected === 0) return type.encode({}).finish()
  return type.encode({ partialSuccess: { rejectedLogRecords: rejected, errorMessage: message } }).finish()
}
